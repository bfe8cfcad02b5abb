import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

const site = 'tests/package/pages/site';
const tested = new Set(
  readdirSync(site, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(js|html)$/.test(file))
    .flatMap((file) => linesOf(readFileSync(join(site, file), 'utf8'))),
);

/** Blocks that the other tests of the documentation do not compile: they are for bundlers and for pages. */
const recipes = [...readFileSync('docs/deployment.md', 'utf8').matchAll(/^```(?:javascript|html)\n(.*?)^```$/gms)].map(
  ([, code]) => code!,
);

test('there are recipes', () => expect(recipes.length).toBeGreaterThan(5));

test.each(recipes)('every line of a recipe is one of the pages that npm run test:package runs:\n%s', (code) => {
  expect(linesOf(code).filter((line) => !tested.has(line))).toEqual([]);
});
