import { expect, test } from 'vitest';
import { judgeMutants, loaders } from './judge-mutants.js';
import { inScope } from '../../support/in-scope.js';

inScope();

/** Of each kind of each file: above 10,000 in all. */
const PER_KIND = 52;

let judged = 0;

test.each(Object.entries(loaders))(
  'each of the thousands of mutants of %s is refused in one sentence, or gives the model that was saved',
  { timeout: 900_000 },
  async (name, make) => {
    const counts = Object.values(await judgeMutants(await make(), PER_KIND));
    const sum = (of: 'refused' | 'loaded'): number => counts.reduce((total, count) => total + count[of], 0);
    console.log(`${name}: ${sum('refused')} refused, ${sum('loaded')} loaded with the numbers that were saved`);
    judged += sum('refused') + sum('loaded');
  },
);

test('there are 10,000 or more', () => {
  expect(judged).toBeGreaterThanOrEqual(10_000);
});
