import { expect, test } from 'vitest';
import { createThreadChoice } from '../training/choose-threads.js';

/** Trains until a number of threads is kept, on a machine where an update takes these milliseconds with one thread and with two. */
async function choose(milliseconds: Readonly<Record<1 | 2, number>>) {
  const used: number[] = [2];
  let chosen: number | undefined;
  const timed = createThreadChoice({
    use: async (threads) => void used.push(threads),
    onChosen: (threads) => (chosen = threads),
  });
  let spent = 0;
  // the first updates compile, and a rest has no time
  await timed(10, 5_000);
  await timed(10, -Infinity);
  for (let report = 0; report < 1_000 && chosen === undefined; report++) {
    const took = 10 * milliseconds[used.at(-1) as 1 | 2];
    spent += took;
    await timed(10, took);
  }
  return { chosen, used, spent };
}

test.each([
  ['two are quicker', { 1: 2, 2: 1.2 }, 2, [2, 1, 2]],
  ['one is quicker', { 1: 2, 2: 2.5 }, 1, [2, 1]],
  ['both are the same', { 1: 2, 2: 2 }, 1, [2, 1]],
])('where %s, that is kept, after about a second', async (_, milliseconds, best, changes) => {
  const { chosen, used, spent } = await choose(milliseconds);
  expect(chosen).toBe(best);
  expect(used).toEqual(changes);
  expect(spent).toBeLessThan(1_500);
});
