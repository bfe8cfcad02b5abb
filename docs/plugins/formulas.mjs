// Formulas in the guides, written as on GitHub ($...$ and $$...$$), become MathML, which needs no script. So do those of docstrings, which are plain text for editors:
// a paragraph that begins with one. tests/docs/plain-formulas.node.test.ts demands that docs/plugins/plain-formulas.mjs can read each of them.
import temml from 'temml';
import { isPlainFormula, partsOf } from './plain-formulas.mjs';

/** Adds the two forms to a Markdown parser, and typesets formulas in plain text. */
export function withFormulas(parser) {
  parser.core.ruler.push('plain formula', ({ tokens }) => {
    tokens.forEach((token, i) => {
      if (token.type !== 'paragraph_open' || !isPlainFormula(tokens[i + 1].content)) return;
      const typeset = typesetPlain(tokens[i + 1].children);
      if (typeset === undefined) return;
      tokens[i + 1].children = typeset;
      token.attrJoin('class', 'set-formula');
      // a formula may be wider than a phone, and then scrolls
      token.attrSet('tabindex', '0');
    });
  });
  // 2^26
  parser.core.ruler.push('power', ({ tokens }) => {
    for (const { children } of tokens) {
      for (const child of children ?? []) {
        if (child.type !== 'text' || !POWER.test(child.content)) continue;
        child.type = 'html_inline';
        child.content = parser.utils.escapeHtml(child.content).replaceAll(new RegExp(POWER, 'g'), '$1<sup>$2</sup>');
      }
    }
  });
  parser.inline.ruler.after('escape', 'formula', inline);
  parser.block.ruler.before('fence', 'formula', block, { alt: ['paragraph', 'reference', 'blockquote', 'list'] });
  parser.renderer.rules.formula = (tokens, i) => {
    const { content, block: displayMode } = tokens[i];
    const math = temml.renderToString(content, { displayMode, throwOnError: true });
    if (displayMode) return `<div class="formula" tabindex="0">${math}</div>\n`;
    // a full stop after a formula stays on its line; a browser would break even before a word joiner
    const next = tokens[i + 1];
    const [end] = /^[.,;:)]+/.exec(next?.type === 'text' ? next.content : '') ?? [''];
    if (end === '') return math;
    next.content = next.content.slice(end.length);
    return `<span style="white-space: nowrap">${math}${end}</span>`;
  };
}

/** A power of a number, in text. */
const POWER = /(?<![\w^.])(\d+)\^(-?\d+)(?![\w^])/;

/** The first of the private characters that stand for code and links in a text. */
const PLACEHOLDER = 0xe000;

/** The content of a paragraph with its formulas typeset, or undefined if one of them cannot be read. */
function typesetPlain(children) {
  const others = [];
  let text = '';
  for (let i = 0; i < children.length; i++) {
    const child = children[i];
    if (child.type === 'text') text += child.content;
    else if (child.type === 'softbreak') text += '\n';
    else {
      // a link is one thing, with its words
      const end = children.findIndex(
        ({ type, content }, j) => j > i && (type === 'link_close' || (type === 'html_inline' && content === '</a>')),
      );
      const isLink = child.type === 'link_open' || (child.type === 'html_inline' && child.content.startsWith('<a '));
      const last = isLink && end > 0 ? end : i;
      text += String.fromCharCode(PLACEHOLDER + others.length);
      others.push(children.slice(i, last + 1));
      i = last;
    }
  }
  const tokenOf = (type, content) => Object.assign(new children[0].constructor(type, '', 0), { content });
  const parts = partsOf(text);
  if (parts === undefined) return undefined;
  // a formula stays on one line with its full stop where a line is wide enough
  parts.forEach((part, i) => {
    const words = parts[i + 1]?.text;
    part.end = part.pieces === undefined ? '' : (/^[.,;:]*/.exec(words ?? '')?.[0] ?? '');
    if (part.end !== '') parts[i + 1].text = words.slice(part.end.length);
  });
  return parts.flatMap(({ text: words, pieces, end }) =>
    pieces === undefined
      ? words
          .split(/([\uE000-\uF8FF])/)
          .flatMap((part, i) =>
            i % 2 === 1 ? others[part.charCodeAt(0) - PLACEHOLDER] : part === '' ? [] : [tokenOf('text', part)],
          )
      : [
          tokenOf('html_inline', '<span class="formula-part">'),
          ...pieces.flatMap((piece, i) => [
            ...(i === 0 ? [] : [tokenOf('html_inline', '<wbr>')]),
            tokenOf('formula', `\\displaystyle ${piece}`),
          ]),
          ...(end === '' ? [] : [tokenOf('text', end)]),
          tokenOf('html_inline', '</span>'),
        ],
  );
}

/** $x$: no space inside the dollars, and no digit after the second, so that prices stay prices. */
function inline(state, isSilent) {
  const found = /^\$(?!\s|\$)((?:[^$\\\n]|\\.)+?)(?<!\s)\$(?!\d)/.exec(state.src.slice(state.pos));
  if (found === null) return false;
  if (!isSilent) state.push('formula', 'math', 0).content = found[1];
  state.pos += found[0].length;
  return true;
}

/** $$ on one line, or on the lines before and after. */
function block(state, start, end, isSilent) {
  const lineOf = (line) => state.src.slice(state.bMarks[line] + state.tShift[line], state.eMarks[line]).trim();
  if (!lineOf(start).startsWith('$$')) return false;
  if (isSilent) return true;
  let text = lineOf(start).slice(2);
  let line = start;
  while (!text.trimEnd().endsWith('$$')) {
    if (++line >= end) return false;
    text += `\n${lineOf(line)}`;
  }
  const token = state.push('formula', 'math', 0);
  token.block = true;
  token.content = text.trimEnd().slice(0, -2).trim();
  token.map = [start, line + 1];
  state.line = line + 1;
  return true;
}
