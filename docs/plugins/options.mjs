// The options of a function on the page of the function, where a docstring says `see XOptions`.
import { JSX, ReflectionKind } from 'typedoc';

/** The properties of an interface, each with its type and what it is. */
export function optionsOf(name, page, app) {
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
