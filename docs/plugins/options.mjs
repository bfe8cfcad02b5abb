// The options of a function on the page of the function: below each parameter of a type XOptions, and where a docstring says `see X`.
import { JSX, ReflectionKind } from 'typedoc';

const SEE = /<p>see <a href="[^"]*\binterfaces\/[^"]*"[^>]*>(\w+)<\/a><\/p>/g;

/** A page with the options of its parameters. */
export function withOptions(html, page, app) {
  const seen = html.replaceAll(SEE, (link, name) => link + optionsOf(name, page, app));
  if (!page.model?.kindOf?.([ReflectionKind.Function, ReflectionKind.Variable])) return seen;
  return seen.replaceAll(
    /(<li><span><span class="tsd-kind-parameter">\w+<\/span>)([\s\S]*?)(?=<\/li>)/g,
    (parameter, start, rest) => {
      // the type comes before the comment
      const [type, comment = ''] = rest.split('<div class="tsd-comment');
      if (comment.includes('<li>')) return parameter;
      const linked = [...type.matchAll(/interfaces\/[^"]*"[^>]*>(\w+Options)<\/a>/g)].map(([, name]) => name);
      const missing = [...new Set(linked)].filter((name) => !comment.includes(`>${name}</a></p><dl class="options">`));
      return parameter + missing.map((name) => optionsOf(name, page, app)).join('');
    },
  );
}

/** Options without a default: an optional property of a type XOptions whose docstring does not say what applies without it. No signal and no callback need one. */
export function optionsWithoutDefault(project) {
  return project
    .getReflectionsByKind(ReflectionKind.Interface)
    .filter(({ name }) => name.endsWith('Options'))
    .flatMap(({ name, children = [] }) =>
      children
        .filter(({ flags, name: option }) => flags.isOptional && !/^(signal$|on[A-Z])/.test(option))
        .filter(({ comment }) => !/\bdefault\b/i.test(comment?.summary.map(({ text }) => text).join('') ?? ''))
        .map((option) => `${name}.${option.name}`),
    );
}

/** The properties of an interface, each with its type and what it is. */
function optionsOf(name, page, app) {
  const found = page.project.getReflectionsByKind(ReflectionKind.Interface).find((one) => one.name === name);
  const properties = found?.children?.filter((child) => child.comment?.summary.length > 0) ?? [];
  if (properties.length === 0) return '';
  // those that must be given come first
  properties.sort((a, b) => Number(a.flags.isOptional) - Number(b.flags.isOptional));
  const context = app.renderer.theme.getRenderContext(page);
  const render = (element) => (element == null ? '' : JSX.renderElement(element));
  const rows = properties.map((child) => {
    const type = child.type === undefined ? '' : render(context.type(child.type));
    const mark = child.flags.isOptional ? ' <small>optional</small>' : '';
    const text = context.markdown(child.comment.summary);
    return `<dt><code>${child.name}</code>${mark} <span class="tsd-signature-type">${type}</span></dt><dd>${text}</dd>`;
  });
  return `<dl class="options">${rows.join('')}</dl>`;
}
