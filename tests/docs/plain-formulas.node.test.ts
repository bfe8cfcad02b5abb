import { readdirSync, readFileSync } from 'node:fs';
import temml from 'temml';
import { describe, expect, test } from 'vitest';
import { isPlainFormula, partsOf, piecesOf, type Part } from '../../docs/plugins/plain-formulas.mjs';

/** The paragraphs of docstrings that begin with a formula, with a private character for code and links, as the site's pages have them. */
const paragraphs = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !/wasm.(assembly|heap)/.test(file))
  .flatMap((file) => readFileSync(`src/${file}`, 'utf8').match(/\/\*\*[\s\S]*?\*\//g) ?? [])
  .flatMap((comment) =>
    comment
      .replaceAll(/^\s*(?:\/\*\*|\*(?!\/)) ?|\*\/$/gm, '')
      .replaceAll(/```[\s\S]*?```/g, '')
      .split(/\n\s*\n|\n(?=@)/),
  )
  .map((text) => text.trim().replaceAll(/`[^`]*`|\{@link [^}]*\}/g, '\uE000'))
  .filter((text) => !text.startsWith('@') && isPlainFormula(text));

const GREEK: Record<string, string> = {
  α: 'alpha',
  β: 'beta',
  η: 'eta',
  ϵ: 'epsilon',
  λ: 'lambda',
  π: 'pi',
  σ: 'sigma',
  '∑': 'sum',
  '∏': 'prod',
  𝔼: 'E',
  𝒩: 'N',
};

/** What a reader sees of a formula, without signs: its letters and numbers in their order. */
const shown = (part: Part): string =>
  part.pieces === undefined
    ? part.text
    : part.pieces
        .map((piece) => temml.renderToString(piece, { throwOnError: true }).replaceAll(/<[^>]*>|&[lg]t;/g, ''))
        .join('')
        .replaceAll(/[α-ωϵ∑∏𝔼𝒩]/gu, (letter) => GREEK[letter] ?? letter);
const letters = (text: string): string => text.replaceAll(/[^\p{L}\p{N}]/gu, '');
/** The same of the notation in docstrings, in which some signs are words. */
const written = (text: string): string =>
  text
    .replaceAll(/\b(sum|product|mean) over ((?:(?!\bover\b)[^.;,()\uE000])*?) of (?=[-(|\d]|\w+[([_]|mean )/g, '$1 $2 ')
    .replaceAll(/\balphaBar(?=\[)/g, 'alpha')
    .replaceAll(/\bproduct\b/g, 'prod')
    .replaceAll(/\b(sqrt|floor|ceil)\(|\bgrad_/g, '');

describe('formulas of docstrings', () => {
  const read = paragraphs.map((text) => [text, partsOf(text)] as const).filter(([, parts]) => parts !== undefined);

  test('have the same letters and numbers on the site, in the same order', () => {
    for (const [text, parts] of read) expect(letters(parts!.map(shown).join(' '))).toBe(letters(written(text)));
  });

  test('are all typeset', () => {
    expect(paragraphs.length).toBeGreaterThan(150);
    expect(paragraphs.filter((text) => partsOf(text) === undefined)).toEqual([]);
  });

  test.each([
    [
      'z = mean + exp(v / 2) * noise',
      String.raw`z {}= \mathrm{mean} {}+ \exp\left( \frac{v}{2} \right) \cdot \mathrm{noise}`,
    ],
    ['x_0 = (d x_t - sigma y) / D', String.raw`x_{0} {}= \frac{d x_{t} - \sigma y}{D}`],
    [
      'alphaBar[t] = product over i <= t of (1 - beta_i)',
      String.raw`\bar{\alpha}_{t} {}= \prod_{i \le t} ( 1 - \beta_{i} )`,
    ],
    [
      '1/2 mean over the batch of |grad_x D(x)|^2',
      String.raw`\frac{1}{2} \operatorname*{mean}_{\text{the batch}} \lvert \nabla_{x} D( x ) \rvert^{2}`,
    ],
    [
      'y = log( 1/K sum_k p(x|z_k) / q(z_k|x) )',
      String.raw`y {}= \log\left( \frac{1}{K} \sum_{k} \frac{p( x \mid z_{k} )}{q( z_{k} \mid x )} \right)`,
    ],
  ])('%s', (text, tex) => {
    const [part] = partsOf(text)!;
    expect(part!.pieces!.join(' ')).toBe(tex);
  });

  test('end where prose begins, and names in prose are formulas, too', () => {
    const parts = partsOf('x_t = alpha x + sigma noise, where x_t has the variance 1')!;
    expect(parts.map((part) => part.text ?? `<${part.pieces.length}>`)).toEqual([
      '<3>',
      ', where ',
      '<1>',
      ' has the variance 1',
    ]);
  });

  test.each([
    ['two readings', 'y = 1 / a b'],
    ['two readings', 'y = a / b / c'],
    ['words', 'value = the smallest of n scores'],
    ['words', 'y = token vector + x'],
    ['words in brackets', 'y = activation(the gradient of x)'],
    ['a hyphen', 'y = log-variance'],
    ['two formulas without a sign between them', 'p = a\nq = b'],
    ['a list as a factor', '[a, b] c = d'],
    ['an open bracket', 'y = (a + b'],
    ['a dot product', 'y = x . z + 1'],
    ['a formula among the words', 'y = x, the same as y = token vector + x'],
  ])('are left as they are with %s: %s', (_, text) => {
    expect(partsOf(text)).toBeUndefined();
  });

  test('a sign that has no operand is not read', () => {
    for (const text of ['a +', '* b', 'a = ', '|a', 'a_', 'a^', 'f(,)', 'sum_k'])
      expect(piecesOf(text), text).toBeUndefined();
  });
});
