import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { pages } from './pages.js';

/** The columns that a page of the site has for code. */
const columns = 90;

test.each(pages)('no line of code in %s is cut', (page) => {
  const blocks = readFileSync(page, 'utf8').matchAll(/^```.*?\n(.*?)^```$/gms);
  const lines = [...blocks].flatMap(([, code]) => code!.split('\n'));
  expect(lines.filter((line) => line.length > columns)).toEqual([]);
});
