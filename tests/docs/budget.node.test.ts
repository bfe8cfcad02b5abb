import { readFileSync } from 'node:fs';
import { test } from 'vitest';
import { expectWithinBudget } from '../support/within-budget.js';
import { guides } from './pages.js';

/** Words that all guides may have together, and one of them: `cat docs/*.md | wc -w` prints the sum. */
const ALL = 75_000;
const ONE = 4_000;

/** Words as `wc -w` counts them: whatever stands between spaces, in prose, tables and code. */
const wordsOf = (page: string): number => readFileSync(page, 'utf8').split(/\s+/).filter(Boolean).length;

test('the guides have few enough words; measurements belong into docs/results', () => {
  const counts = guides.map((page) => ({ page, words: wordsOf(page) }));
  for (const { page, words } of counts) expectWithinBudget(`words of ${page}`, words, ONE);
  expectWithinBudget(
    'words of all guides',
    counts.reduce((sum, { words }) => sum + words, 0),
    ALL,
  );
});
