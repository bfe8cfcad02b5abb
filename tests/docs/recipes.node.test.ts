import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** Code without what a narrower page changes: line breaks, and the commas before them. */
const squeezed = (code: string): string => code.replaceAll(/\s+/g, '').replaceAll(/,(?=[)\]}])/g, '');

const site = 'tests/package/pages/site';
const files = readdirSync(site, { recursive: true, encoding: 'utf8' }).filter((file) => /\.(js|html)$/.test(file));
const tested = [...files.map((file) => join(site, file)), 'tests/package/bundlers.test.ts'].map((file) =>
  squeezed(readFileSync(file, 'utf8')),
);

/** The lines of a recipe; one whose brackets are open goes on to the line that closes them. */
function statementsOf(code: string): string[] {
  const statements: string[] = [];
  let open = 0;
  for (const line of code.split('\n').filter((line) => line.trim() !== '')) {
    statements.push(open > 0 ? `${statements.pop()!}\n${line}` : line);
    open += (line.match(/[([{]/g) ?? []).length - (line.match(/[)\]}]/g) ?? []).length;
  }
  return statements;
}

/** Blocks that the other tests of the documentation do not compile: they are for bundlers and for pages. */
const recipes = [...readFileSync('docs/deployment.md', 'utf8').matchAll(/^```(?:javascript|html)\n(.*?)^```$/gms)].map(
  ([, code]) => code!,
);

test('there are recipes', () => expect(recipes.length).toBeGreaterThan(5));

test.each(recipes)('every line of a recipe is one of the pages that npm run tool -- test:package runs:\n%s', (code) => {
  const untested = statementsOf(code).filter((line) => !tested.some((file) => file.includes(squeezed(line))));
  expect(untested).toEqual([]);
});
