// Formulas in docstrings are plain text, because editors show them: `x_t = alpha x_0 + sigma noise, alpha = sqrt(alphaBar[t])`. This file reads that notation and
// writes TeX. It reads only what can be read in one way: a paragraph with anything else stays as it is.

/** The start of a paragraph that is a formula in plain text: `z = mean + ...`, `KL(q || p) = ...`, `weights ~ uniform(...)`, `1/2 mean over ...` */
const plain = /^(?!(?:A|An|At|For|If|In|The|With) )(?:[^\s=~]+(?: [^\s=~]+){0,3} [=~] |(?:1\/2 )?mean(?: over |\( ))/;
/** Maximum length of a left side. */
const LONGEST = 40;

/** Whether a paragraph is a formula in plain text. */
export const isPlainFormula = (text) => (plain.exec(text)?.[0].length ?? Infinity) <= LONGEST;

/** Words between formulas, each of which ends the formula before it. */
const PROSE = new Set(
  `an and are as at be before by derivative each else for gradient if in is it its kept not of on only or otherwise over same that the
  then there this until when where which whose with without`.split(/\s+/),
);
/** Parameters that would be prose between two other names. */
const PARAMETERS = new Set(['from', 'to']);
const GREEK = new Set(
  'alpha beta gamma delta epsilon zeta eta theta lambda mu nu xi pi rho sigma tau phi psi omega'.split(' '),
);
const FUNCTIONS = new Set(['log', 'exp', 'sin', 'cos', 'tanh', 'min', 'max']);
const OWN = { alphaBar: '\\bar{\\alpha}', grad: '\\nabla', mod: '\\bmod' };
const BIG = { sum: '\\sum', prod: '\\prod', product: '\\prod' };
const RELATIONS = { '=': '=', '~': '\\sim', '<': '<', '>': '>', '<=': '\\le', '>=': '\\ge', '!=': '\\ne' };
/** Calls that have a form of their own. */
const CALLS = {
  sqrt: (inside) => `\\sqrt{${inside}}`,
  floor: (inside) => fence('\\lfloor', inside, '\\rfloor'),
  ceil: (inside) => fence('\\lceil', inside, '\\rceil'),
};

/** A pair of brackets, as tall as what it holds. */
const fence = (left, inside, right) =>
  /\\(?:frac|sum|prod)/.test(inside) ? `\\left${left} ${inside} \\right${right}` : `${left} ${inside} ${right}`;

/**
 * The parts of a paragraph in plain text: `{ text }` for words, and `{ pieces }` for a formula, which may stand on separate lines. Undefined if some part may be a
 * formula that cannot be read for certain, or if the paragraph does not begin with a formula.
 */
export function partsOf(paragraph) {
  const fragments = fragmentsOf(paragraph.replaceAll(RANGE, '$1⟨$2⟩ '));
  const parts = fragments.map((text, i) => {
    if (i % 2 === 1) return { text };
    const pieces = isFormula(text, fragments[i + 1]) ? piecesOf(text) : undefined;
    return pieces === undefined ? { text: text.replaceAll(/⟨(.*?)⟩/g, ' over $1 of') } : { pieces };
  });
  if (parts.find(({ text }) => text !== '')?.pieces === undefined) return undefined;
  if (parts.some(({ text }, i) => i % 2 === 0 && text !== undefined && mayBeFormula(text))) return undefined;
  const named = parts.flatMap((part, i) => (part.pieces !== undefined || i % 2 === 1 ? [part] : withNames(part.text)));
  return named.reduce((joined, part) => {
    const before = joined.at(-1);
    if (part.text === '') return joined;
    if (before?.text === undefined || part.text === undefined) return [...joined, part];
    return [...joined.slice(0, -1), { text: before.text + part.text }];
  }, []);
}

/** `sum over i <= t of`: the words belong below the sign. */
const RANGE = /\b(sum|product|mean) over ([^.;,()\uE000-\uF8FF]*?) of (?=[-(|\d]|\w+[(_[]|mean )/g;

/** Words, with names such as x_t and single letters as formulas. */
function withNames(text) {
  return text.split(/(?<![^\s])((?:[b-zB-HJ-Z]|[A-Za-z]+_\w+))(?![^\s])/).flatMap((words, i) => {
    const pieces = i % 2 === 1 ? piecesOf(words) : undefined;
    return words === '' ? [] : [pieces === undefined ? { text: words } : { pieces }];
  });
}

/** A paragraph in fragments, and what separates them: punctuation and prose outside of brackets. Every second one is a separator. */
function fragmentsOf(paragraph) {
  const fragments = [];
  let depth = 0;
  // a word before `t = ...` is prose, and so is `from` before a distribution
  const words = `(?:${[...PROSE].join('|')}|from(?=\\s+[a-zA-Z]\\()|(?!log\\b)[a-z]{2,}(?=\\s+[A-Za-z]\\w*'?\\s+[=~]\\s))`;
  const separator = new RegExp(`^(?:[,;:.]?(?:\\s+|$)(?:${words}(?:[,;:.]?\\s+|$))*)`);
  const first = new RegExp(`^(?:${words}\\s+)+`).exec(paragraph)?.[0] ?? '';
  if (first !== '') fragments.push('', first);
  let begin = first.length;
  for (let i = begin; i < paragraph.length; i++) {
    depth += '([{⟨'.includes(paragraph[i]) ? 1 : ')]}⟩'.includes(paragraph[i]) ? -1 : 0;
    if (depth !== 0) continue;
    const [found] = separator.exec(paragraph.slice(i)) ?? [''];
    if (found.startsWith('.') && paragraph[i - 1] === '.') continue;
    if (found.trim() === '' && i + found.length < paragraph.length) continue;
    fragments.push(paragraph.slice(begin, i), found);
    i += found.length - 1;
    begin = i + 1;
  }
  if (begin < paragraph.length) fragments.push(paragraph.slice(begin), '');
  return fragments;
}

/** Signs that words do not have. A placeholder for code or a link is a character of the private use area. */
const mayBeFormula = (text) =>
  /[=~^*<>|]|\s[-+/]\s|_\(|\w\/\w|\w\([^)]/.test(text) && !/^[\uE000-\uF8FF\w\s]*$/.test(text);

/** Whether a fragment is worth reading as a formula: it has a sign, an index, a call, or it is one letter, which no word but `a` and `I` is. */
const isFormula = (text, next) =>
  mayBeFormula(text) ||
  /^[A-Za-z]\w*_\w+$/.test(text) ||
  /^[b-zB-HJ-Z]'?$/.test(text) ||
  (text === 'a' && /^\s+(?:is|are|and)\b/.test(next));

/** A formula in TeX, in pieces between which a line may end, or undefined if it cannot be read for certain. */
export function piecesOf(text) {
  try {
    return new Reader(tokensOf(text)).pieces();
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
}

class Unreadable extends Error {}

const token =
  /(\s*)(?:(\d+(?:\.\d+)?(?:e-?\d+)?)|([A-Za-z][A-Za-z0-9]*(?:\.[A-Za-z]\w*)*)('{0,2})(?![A-Za-z'])|⟨([^⟩]*)⟩|(\.\.\.|\|\||<=|>=|!=|[-+*/^=~<>()[\],;|_]))/y;

const isOperator = (sign) => sign !== undefined && !'])|'.includes(sign);

function tokensOf(text) {
  const tokens = [];
  token.lastIndex = 0;
  while (token.lastIndex < text.length) {
    const found = token.exec(text);
    if (found === null) throw new Unreadable();
    const [, space, number, name, prime, range, sign] = found;
    const before = tokens.at(-1)?.sign;
    // a line that ends within a formula ends before or after a sign; otherwise another formula may begin
    if (space.includes('\n') && !(isOperator(before) || isOperator(sign))) throw new Unreadable();
    tokens.push({ number, name, prime, range, sign, isTight: space === '' });
  }
  return tokens;
}

/** Reads a formula from left to right. `a b / c` is the fraction of a b and c, `a * b / c` is a times the fraction of b and c, and `1/2 a` is a half of a. */
class Reader {
  constructor(tokens) {
    this.tokens = tokens;
    this.place = 0;
  }

  get next() {
    return this.tokens[this.place] ?? {};
  }

  take(sign) {
    if (this.next.sign !== sign) return false;
    this.place++;
    return true;
  }

  expect(sign) {
    if (!this.take(sign)) throw new Unreadable();
  }

  pieces() {
    const pieces = this.sum();
    while (this.next.sign in RELATIONS) {
      const sign = RELATIONS[this.tokens[this.place++].sign];
      const [left, ...rest] = this.sum();
      pieces.push(`${sign} ${left}`, ...rest);
    }
    if (this.place < this.tokens.length) throw new Unreadable();
    // a sign at the beginning keeps its distance
    return pieces.map((piece, i) => (i === 0 ? piece : `{}${piece}`));
  }

  /** Terms, each with its sign. */
  sum() {
    const terms = [this.take('-') ? `-${this.term()}` : this.term()];
    while (this.next.sign === '+' || this.next.sign === '-') {
      const { sign, isTight } = this.tokens[this.place++];
      // a hyphen joins words
      if (isTight && !this.isShort()) throw new Unreadable();
      terms.push(`${sign} ${this.term()}`);
    }
    return terms;
  }

  /** Whether the signs around a sign without spaces are numbers or letters, as in `i-1`. */
  isShort() {
    return [this.tokens[this.place - 2], this.next].every(
      (one) => one?.number !== undefined || one?.name?.length === 1 || one?.sign !== undefined,
    );
  }

  term() {
    let text = this.product();
    while (this.next.sign === '*') {
      const before = this.tokens[this.place - 1];
      this.place++;
      // a convolution
      const sign = [before, this.next].some(({ name }) => name === 'kernel') ? '\\ast' : '\\cdot';
      text += ` ${sign} ${this.product()}`;
    }
    return text;
  }

  /** Factors next to each other, or their fraction. */
  product() {
    const factors = [];
    for (;;) {
      const prefix = this.prefix();
      if (prefix !== undefined) return joined([...factors, prefix]);
      if (factors.length > 0 && !this.beginsFactor()) break;
      factors.push(this.factor());
    }
    if (this.next.sign !== '/') return joined(factors);
    if (this.next.isTight || factors.some(({ name }) => name === 'mean' || name === 'd')) throw new Unreadable();
    this.place++;
    const below = this.next.name in BIG ? this.prefix(true) : (this.prefixCall() ?? this.factor());
    // a / b c, of which nobody knows whether c is below
    if (below === undefined || below.name === 'd' || this.beginsFactor() || this.next.sign === '/')
      throw new Unreadable();
    return `\\frac{${factors.length === 1 ? inside(factors[0]) : joined(factors)}}{${inside(below)}}`;
  }

  beginsFactor() {
    const { number, name, sign } = this.next;
    const opens = sign === '|' && !this.next.isTight && this.tokens[this.place + 1]?.isTight === true;
    const begins = number !== undefined || name !== undefined || ['(', '[', '...'].includes(sign) || opens;
    const before = this.tokens[this.place - 1]?.sign;
    if (begins && (sign === '[' || (before === ']' && !this.isIndexed))) throw new Unreadable();
    return begins;
  }

  /** Whether the last square bracket is that of an index, and not that of a list, which is no factor. */
  isIndexed = false;

  /** `sum_k ...`, `log ...` or `E ...`: what follows belongs to it. */
  prefix(isBelow = false) {
    const { name } = this.next;
    const after = this.tokens[this.place + 1];
    if (name in BIG || after?.range !== undefined) {
      this.place++;
      const below = after?.range === undefined ? this.index() : this.range();
      return {
        tex: `${BIG[name] ?? `\\operatorname*{${name}}`}${below} ${isBelow ? this.factor().tex : this.product()}`,
      };
    }
    if (!FUNCTIONS.has(name) || after === undefined || after.sign === '^' || (after.sign === '(' && after.isTight))
      return undefined;
    const call = this.prefixCall();
    if (call === undefined) return undefined;
    const rest = this.beginsFactor() ? this.product() : '';
    if (this.next.sign === '/' || rest.includes('\\frac')) throw new Unreadable();
    return { tex: `${call.tex} ${rest}` };
  }

  /** What is below a sum: a relation, or words. */
  range() {
    const { range } = this.tokens[this.place++];
    return `_{${piecesOf(range)?.join(' ').replaceAll('{}', '') ?? `\\text{${range}}`}}`;
  }

  /** A function and its only factor: `sin a`. */
  prefixCall() {
    const { name } = this.next;
    const after = this.tokens[this.place + 1];
    if (!FUNCTIONS.has(name) || after === undefined || after.sign !== undefined) return undefined;
    this.place++;
    const deeper = this.prefixCall() ?? this.prefix() ?? this.factor();
    return { tex: `\\${name} ${deeper.tex}` };
  }

  factor() {
    const { number, name, prime, sign } = this.next;
    this.place++;
    if (number !== undefined)
      return this.raised(this.ratio(number, number.includes('e') ? scientific(number) : number));
    if (name !== undefined) return this.named(name, prime);
    if (sign === '...') return { tex: '\\dots' };
    if (sign === '(') {
      const group = this.list(')');
      return this.raised({ tex: fence('(', group, ')'), group });
    }
    if (sign === '[') {
      const list = fence('[', this.list(']'), ']');
      this.isIndexed = false;
      return { tex: list };
    }
    if (sign !== '|') throw new Unreadable();
    const size = this.sum().join(' ');
    this.expect('|');
    return this.raised({ tex: fence('\\lvert', size, '\\rvert') });
  }

  /** `1/2` and `1/K`, without spaces. */
  ratio(plain, above) {
    if (this.next.sign !== '/' || !this.next.isTight) return { tex: above };
    const below = this.tokens[this.place + 1];
    if (below === undefined || !below.isTight) throw new Unreadable();
    if (below.sign === '(') {
      this.place += 2;
      return { tex: `\\frac{${above}}{${this.list(')')}}` };
    }
    if (!(below.number !== undefined || below.name?.length === 1)) throw new Unreadable();
    this.place += 2;
    if (this.next.sign === '_' || this.next.sign === '/' || (this.next.isTight && this.next.sign === '('))
      throw new Unreadable();
    return { tex: `\\frac{${above}}{${below.number ?? below.name}}` };
  }

  named(name, prime) {
    if (PROSE.has(name)) throw new Unreadable();
    const isDistribution = name === 'N' && this.next.isTight && this.next.sign === '(';
    const isExpectation = name === 'E' && (this.next.sign === '[' || FUNCTIONS.has(this.next.name));
    const tex = isDistribution ? '\\mathcal{N}' : isExpectation ? '\\mathbb{E}' : texOf(name) + prime;
    if (name === 'E' && this.next.sign === '_') return this.expectation();
    let index = this.index();
    const power = this.next.sign === '^' ? this.power() : '';
    if (this.next.isTight && this.next.sign === '(') {
      this.place++;
      const given = this.list(')');
      if (name in CALLS && power === '' && index === '') return this.raised({ tex: CALLS[name](given) });
      return this.raised({ tex: `${callTex(name, tex)}${index}${power}${fence('(', given, ')')}${this.index()}` });
    }
    if (name in CALLS || (FUNCTIONS.has(name) && this.next.sign !== undefined)) throw new Unreadable();
    if (this.next.isTight && this.next.sign === '[') {
      this.place++;
      const place = this.list(']');
      // one place is an index as in mathematics
      index += index === '' && !isExpectation && !place.includes(',') ? `_{${place}}` : fence('[', place, ']');
      this.isIndexed = true;
    }
    const isWord = name.length > 1 && /^[a-z]+$/.test(name) && !GREEK.has(name) && !(name in OWN) && index === '';
    if (power !== '') return { tex: `${tex}${index}${power}`, name, isWord };
    const ratio = name.length === 1 && index === '' ? this.ratio(name, tex) : { tex: `${tex}${index}` };
    return { ...this.raised(ratio), name, isWord };
  }

  /** E_q(z|x)[...]: the distribution is the index. */
  expectation() {
    this.place++;
    const { tex } = this.factor();
    this.expect('[');
    const inside = this.list(']');
    this.isIndexed = true;
    return { tex: `\\mathbb{E}_{${tex}}${fence('[', inside, ']')}` };
  }

  /** `_j`, `_0` or `_(i - 1)`. */
  index() {
    if (this.next.sign !== '_' || !this.next.isTight) return '';
    this.place++;
    const { number, name, prime, sign, isTight } = this.next;
    this.place++;
    if (!isTight) throw new Unreadable();
    if (number !== undefined) return `_{${number}}`;
    if (name !== undefined) return `_{${texOf(name)}${prime}}`;
    if (sign !== '(') throw new Unreadable();
    return `_{${this.list(')')}}`;
  }

  /** `^2`, `^-1`, `^T` or `^(1/2)`. */
  power() {
    this.expect('^');
    const sign = this.take('-') ? '-' : '';
    const { number, name } = this.next;
    if (number === undefined && name?.length !== 1 && this.next.sign !== '(') throw new Unreadable();
    this.place++;
    // smaller than a fraction may be
    if (number === undefined && name === undefined) {
      const begin = this.place;
      let depth = 1;
      while (depth > 0) {
        if (this.place >= this.tokens.length) throw new Unreadable();
        const one = this.tokens[this.place++].sign;
        depth += one === '(' ? 1 : one === ')' ? -1 : 0;
      }
      const plain = this.tokens.slice(begin, this.place - 1);
      if (plain.some((one) => one.sign !== undefined && !'+-/'.includes(one.sign))) throw new Unreadable();
      const parts = plain.map((one) => one.number ?? (one.name === undefined ? one.sign : texOf(one.name) + one.prime));
      return `^{${sign}${parts.join(' ')}}`;
    }
    return `^{${sign}${number ?? name}}`;
  }

  raised(factor) {
    return this.next.sign === '^' ? { tex: `${factor.tex}${this.power()}` } : factor;
  }

  /** What is in brackets: formulas between commas and semicolons, each with a condition after a bar. */
  list(end) {
    let text = '';
    while (!this.take(end)) {
      const { sign } = this.next;
      if (sign === ',' || sign === ';') text += `${sign} `;
      else if (sign === '|' && /[\w)}\]']$/.test(text)) text += ' \\mid ';
      else if (sign === '||') text += ' \\parallel ';
      else if (sign in RELATIONS) text += ` ${RELATIONS[sign]} `;
      else {
        if (/\w$|[)}\]]$/.test(text)) throw new Unreadable();
        text += this.sum().join(' ');
        continue;
      }
      if (text.trim() === sign) throw new Unreadable();
      this.place++;
    }
    if (text === '') throw new Unreadable();
    return text;
  }
}

/** A factor without the brackets that a fraction does not need. */
const inside = ({ tex, group }) => group ?? tex;

const scientific = (number) => number.replace(/e(-?\d+)/, ' \\cdot 10^{$1}');

function texOf(name) {
  if (name in OWN) return OWN[name];
  if (GREEK.has(name)) return `\\${name}`;
  const [, letters, digits] = /^([A-Za-z]+?)(\d*)$/.exec(name) ?? [undefined, name, ''];
  const base = GREEK.has(letters) ? `\\${letters}` : letters.length === 1 ? letters : `\\mathrm{${letters}}`;
  return digits === '' ? base : `${base}_{${digits}}`;
}

function callTex(name, tex) {
  if (FUNCTIONS.has(name)) return `\\${name}`;
  return name.length > 1 && tex.startsWith('\\mathrm') ? `\\operatorname{${name}}${tex.endsWith("'") ? "'" : ''}` : tex;
}

/** Factors side by side, with a space next to each word. */
function joined(factors) {
  let text = '';
  factors.forEach(({ tex, name, isWord }, i) => {
    const before = factors[i - 1];
    // two words in a row are prose
    if (before?.isWord && isWord) throw new Unreadable();
    if (PARAMETERS.has(name) && i > 0 && i < factors.length - 1) throw new Unreadable();
    const isWide = [before?.tex, tex].some((one) => one?.startsWith('\\mathrm'));
    text += i === 0 ? tex : `${isWide ? '\\,' : ''} ${tex}`;
  });
  return text;
}
