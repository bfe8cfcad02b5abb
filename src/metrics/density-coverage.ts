import type { Tensor } from '@tensorflow/tfjs-core';
import { checkInteger } from '../tensor/checks.js';
import { checkFeatures, readFeatures } from './features.js';
import { kthNeighbours } from './neighbours.js';
import { squaredDistance, visitDistances } from './pairs.js';
import type { NeighbourOptions } from './precision-recall.js';
import { checkMeasureOptions, protocolOf } from './protocol.js';

/** What {@link densityCoverage} gives. */
export interface DensityCoverage {
  /** How many real examples' balls hold a fake one, on average, over k: quality; about 1 for the same distribution. */
  readonly density: number;
  /** The share of real examples whose ball holds a fake one: variety. */
  readonly coverage: number;
  /** How it was measured, in words. */
  readonly protocol: string;
}

/**
 * Measures quality and variety apart, less moved by outliers than {@link precisionRecall}: only real examples have balls,
 * and each counts.
 *
 * The ball of a real row reaches its k-th nearest other real row, border excluded.
 * density = 1 / (k m) sum over real i and fake j of [j in the ball of i]; coverage = mean over real of [its ball holds a fake row]
 *
 * @param real - float32 [n, d], features of n > k real examples
 * @param fake - float32 [m, d], m >= 1
 * @param options - `neighbours`, k; default 5; `features` and `seed`, words for the protocol
 * @returns `density`, at least 0 and not bounded by 1, `coverage` in 0 ... 1, and `protocol`
 * @throws TypeError or ShapeError if the features are of another kind or shape, RangeError if they are not finite
 * or `neighbours` is not a positive integer; as a rejection
 * @remarks Computed as {@link precisionRecall} is. For two sets of one distribution and as many rows the expected density
 * is 1 and the expected coverage 1 - 2^-k or a little more.
 * @example
 * ```ts
 * const real = tf.tensor2d([[0], [1], [2], [3]]);
 * const fake = tf.tensor2d([[1.5], [9]]);
 * const { density, coverage } = await densityCoverage(real, fake, { neighbours: 1 });
 * console.log(density, coverage); // 1 0.5: one fake lies in two balls, the other in none
 * ```
 * @see Naeem et al. 2020, equations 3 to 6, https://arxiv.org/abs/2002.09797
 */
export async function densityCoverage(
  real: Tensor,
  fake: Tensor,
  options: NeighbourOptions = {},
): Promise<DensityCoverage> {
  const { neighbours = 5 } = options;
  checkInteger('densityCoverage', 'neighbours', neighbours);
  const why = `With ${neighbours} neighbours it needs ${neighbours + 1} rows or more.`;
  checkFeatures('densityCoverage', 'real', real, { rows: neighbours + 1, why });
  checkFeatures('densityCoverage', 'fake', fake, { rows: 1, why: 'It needs a row or more.', like: ['real', real] });
  checkMeasureOptions('densityCoverage', options);
  const sets = {
    real: await readFeatures('densityCoverage', 'real', real),
    fake: await readFeatures('densityCoverage', 'fake', fake),
  };
  const balls = (await kthNeighbours(sets.real, sets.real, neighbours)).squares;
  let pairs = 0;
  const covered = new Uint8Array(sets.real.count);
  await visitDistances(sets.fake, sets.real, (i, estimates, slack) => {
    for (let j = 0; j < estimates.length; j++) {
      const ball = balls[j]!;
      if (estimates[j]! - slack >= ball) continue;
      // Only what is open within the slack is computed again.
      if (estimates[j]! + slack >= ball && squaredDistance(sets.fake, i, sets.real, j) >= ball) continue;
      pairs++;
      covered[j] = 1;
    }
  });
  const measure = `density and coverage, balls to neighbour ${neighbours}, border excluded`;
  return {
    density: pairs / (neighbours * sets.fake.count),
    coverage: covered.reduce((sum, flag) => sum + flag, 0) / covered.length,
    protocol: protocolOf(measure, sets, options),
  };
}
