import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { pagesWithSizes, withSizes } from '../../scripts/sizes.js';
import { pages } from './pages.js';

const read = (page: string): string => readFileSync(page, 'utf8');

test.each(pagesWithSizes())('the sizes in %s are those of npm run tool -- size', (page) => {
  expect(withSizes(read(page))).toBe(read(page));
});

test('no other size of a bundle is in a guide', () => {
  const lines = pages.flatMap((page) => read(page).split('\n').map((line) => `${page}: ${line}`)); // prettier-ignore
  const own = lines.map((line) => line.replaceAll(/<!-- size: .*?<!-- end -->/g, ''));
  // in design.md the sizes are those of decisions, in wasm.md that of the module
  expect(own.filter((line) => /\d kB/.test(line) && /gzipped/.test(line) && !/^docs\/(design|wasm)\.md/.test(line))).toEqual([]); // prettier-ignore
});

test('an unknown name of a size is found out', () => {
  expect(() => withSizes('<!-- size: { gone } -->1 kB<!-- end -->')).toThrow('no limit has the name { gone }');
});
