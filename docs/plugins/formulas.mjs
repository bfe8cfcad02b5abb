// Formulas in the guides, written as on GitHub ($...$ and $$...$$), become MathML, which needs no script and no font. Those of docstrings, which are
// plain text for editors, get a code font.
import temml from 'temml';

/** The start of a paragraph that is a formula in plain text: `z = mean + ...`, `KL(q || p) = ...`, `weights ~ uniform(...)`, `1/2 mean over ...` */
const plain = /^(?!(?:A|An|At|For|If|In|The|With) )(?:[^\s=~]+(?: [^\s=~]+){0,3} [=~] |(?:1\/2 )?mean(?: over |\( ))/;
/** Maximum length of a left side. */
const LONGEST = 40;

/** Whether a paragraph is a formula in plain text. */
export const isPlainFormula = (text) => (plain.exec(text)?.[0].length ?? Infinity) <= LONGEST;

/** Adds the two forms to a Markdown parser, and marks formulas in plain text. */
export function withFormulas(parser) {
  parser.core.ruler.push('plain formula', ({ tokens }) => {
    tokens.forEach((token, i) => {
      if (token.type === 'paragraph_open' && isPlainFormula(tokens[i + 1].content))
        token.attrJoin('class', 'plain-formula');
    });
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
