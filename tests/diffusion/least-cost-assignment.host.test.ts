import { expect, test } from 'vitest';
import { leastCostAssignment } from '../../src/diffusion/least-cost-assignment.js';
import { createRandom } from '../../src/random/index.js';
import { expectOracle } from '../support/close.js';

/** All orders of the numbers below n. */
function permutations(n: number): number[][] {
  if (n === 0) return [[]];
  return permutations(n - 1).flatMap((rest) =>
    Array.from({ length: n }, (_, i) => [...rest.slice(0, i), n - 1, ...rest.slice(i)]),
  );
}

const totalOf = (costs: ArrayLike<number>, n: number, order: ArrayLike<number>): number =>
  Array.from(order).reduce((sum, column, row) => sum + costs[row * n + column]!, 0);

const assign = (n: number, costs: ArrayLike<number>): Int32Array =>
  leastCostAssignment(n, (row, column) => costs[row * n + column]!);

/** Costs of one kind; ties, negative numbers and very different sizes are among them. */
const kinds: Readonly<Record<string, (u: number) => number>> = {
  'any costs': (u) => u,
  'costs with many ties': (u) => Math.floor(3 * u),
  'negative costs': (u) => u - 2,
  'costs of very different sizes': (u) => 10 ** (16 * u - 8),
};

test.each(Object.entries(kinds))('For %s, the total is the least of all assignments.', async (name, costOf) => {
  for (let n = 1; n <= 7; n++) {
    const all = permutations(n);
    for (let trial = 0; trial < (n < 6 ? 20 : 3); trial++) {
      const numbers = await createRandom(trial)
        .fork(`${name} ${n}`)
        .uniform([n * n])
        .data();
      const costs = Float64Array.from(numbers, costOf);
      const found = assign(n, costs);
      expect([...found].sort()).toEqual(Array.from({ length: n }, (_, i) => i));
      const least = Math.min(...all.map((order) => totalOf(costs, n, order)));
      await expectOracle(totalOf(costs, n, found), least, { relative: 1e-13, absolute: 1e-15 });
    }
  }
});

test('Numbers on a line are assigned in their order, for a size that cannot be searched.', async () => {
  const n = 150;
  const [a, b] = await Promise.all(['a', 'b'].map((name) => createRandom(1).fork(name).normal([n]).data()));
  const found = leastCostAssignment(n, (i, j) => (a![i]! - b![j]!) ** 2);
  const ranks = (numbers: ArrayLike<number>): number[] => {
    const sorted = Array.from(numbers).sort((p, q) => p - q);
    return Array.from(numbers, (one) => sorted.indexOf(one));
  };
  const [ofA, ofB] = [ranks(a!), ranks(b!)];
  expect(Array.from(found, (j) => ofB[j])).toEqual(ofA);
});
