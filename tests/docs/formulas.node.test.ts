import { readFileSync } from 'node:fs';
import temml from 'temml';
import { describe, expect, test } from 'vitest';
import { formulasOf } from './formulas.js';
import { guides, results } from './pages.js';

const pages = [...guides, ...results];

/** What markdown would take for its own in a formula that a renderer reads after it, and in a cell of a table. */
const markdown = [
  {
    what: 'an underscore that may open emphasis: write \\mathbb E_q, not \\mathbb{E}_q',
    pattern: /(?<![\p{L}\p{N}])_/u,
  },
  { what: 'an escape of markdown: write \\lbrace, \\quad, \\Vert', pattern: /\\[^\p{L}]/u },
  { what: 'emphasis: write \\ast', pattern: /\*/ },
  { what: 'the start of a tag: write \\lt', pattern: /</ },
  { what: 'the end of a cell: write \\mid or \\lvert', pattern: /\|/ },
];

/** Why a formula would not be shown as meant; empty if it would. */
function faultsOf(tex: string): string[] {
  const faults = markdown.filter(({ pattern }) => pattern.test(tex)).map(({ what }) => what);
  if (tex !== tex.trim()) faults.push('a space at its start or end: GitHub shows the dollars');
  try {
    temml.renderToString(tex, { throwOnError: true, strict: true });
  } catch (error) {
    faults.push((error as Error).message);
  }
  return faults;
}

describe.each(pages)('%s', (page) => {
  const text = readFileSync(page, 'utf8');
  const formulas = formulasOf(page, text);

  test('has formulas that GitHub and the site show', () => {
    const wrong = formulas.map(({ title, tex }) => ({ title, tex, faults: faultsOf(tex) }));
    expect(wrong.filter(({ faults }) => faults.length > 0)).toEqual([]);
  });

  test('has no dollar next to a letter or a digit, where GitHub recognises no formula', () => {
    const inline = formulas.filter(({ displayed }) => !displayed).map(({ tex }) => `$${tex}$`);
    const beside = inline.filter((formula) =>
      text
        .split(formula)
        .some((before, i, parts) => i < parts.length - 1 && (/\w$/.test(before) || /^\w/.test(parts[i + 1]!))),
    );
    expect(beside).toEqual([]);
  });
});

test('there are formulas', () => {
  const count = pages.flatMap((page) => formulasOf(page, readFileSync(page, 'utf8'))).length;
  expect(count).toBeGreaterThan(100);
});

test('a formula that is not TeX is noticed', () => {
  expect(faultsOf('\\frac{1}{2')).not.toEqual([]);
  expect(faultsOf('\\nosuchcommand x')).not.toEqual([]);
  expect(faultsOf('\\mathbb{E}_q')).not.toEqual([]);
  expect(faultsOf('\\mathbb E_{q(z \\mid x)}')).toEqual([]);
  expect(() => formulasOf('a page', 'for $x')).toThrow('a page:1');
});
