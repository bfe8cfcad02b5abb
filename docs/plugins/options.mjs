// The options of a function on the page of the function: below each parameter of a type XOptions, and where a docstring says `see X`. The page of such a type has
// the same list.
import { JSX, ReflectionKind } from 'typedoc';

const SEE = /<p>see <a href="[^"]*\binterfaces\/[^"]*"[^>]*>(\w+)<\/a><\/p>/g;

/** A page with the options of its parameters. */
export function withOptions(html, page, app) {
  if (isOptions(page.model)) return withList(html, page, app);
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

/** Whether the page is that of a type XOptions. */
const isOptions = (model) =>
  model?.kindOf?.(ReflectionKind.Interface) === true &&
  model.name.endsWith('Options') &&
  model.children?.every((child) => child.kindOf(ReflectionKind.Property) && isDescribed(child)) === true;

const isDescribed = ({ comment }) => comment?.summary.length > 0;

/** The page of a type of options with one list in place of its declaration, its hierarchy, its index and a section for each property. */
function withList(html, page, app) {
  const content = /<div class="col-content">[\s\S]*?(?=<\/div>\s*<div class="col-sidebar")/;
  return html.replace(content, (text) => {
    const begin = text.search(/<section class="tsd-panel(?: tsd-hierarchy|-group tsd-index-group)/);
    const above = text.slice(0, begin).replace(/<div class="tsd-signature">[\s\S]*?<\/div>/, '');
    return above + listOf(page.model.children, page, app, true);
  });
}

/** The properties of an interface, each with its type and what it is. */
function optionsOf(name, page, app) {
  const found = page.project.getReflectionsByKind(ReflectionKind.Interface).find((one) => one.name === name);
  return listOf(found?.children?.filter(isDescribed) ?? [], page, app, false);
}

/** A list of properties; on their own page with all that their comments say, and an address for each. */
function listOf(children, page, app, isOwnPage) {
  if (children.length === 0) return '';
  // those that must be given come first
  const properties = [...children].sort((a, b) => Number(a.flags.isOptional) - Number(b.flags.isOptional));
  const context = app.renderer.theme.getRenderContext(page);
  const render = (element) => (element == null ? '' : JSX.renderElement(element));
  const rows = properties.map((child) => {
    const type = child.type === undefined ? '' : render(context.type(child.type));
    const mark = child.flags.isOptional ? ' <small>optional</small>' : '';
    const { summary, blockTags } = child.comment;
    const parts = isOwnPage ? [summary, ...blockTags.map(({ content }) => content)] : [summary];
    const text = parts.map((part) => context.markdown(part)).join('');
    const id = isOwnPage ? ` id="${app.renderer.router.getAnchor(child)}"` : '';
    return `<dt${id}><code>${child.name}</code>${mark} <span class="tsd-signature-type">${type}</span></dt><dd>${text}</dd>`;
  });
  return `<dl class="options">${rows.join('')}</dl>`;
}
