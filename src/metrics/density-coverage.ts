import type { Tensor } from '@tensorflow/tfjs-core';
import { checkInteger } from '../tensor/checks.js';
import { checkFeatures, readFeatures } from './read-features.js';
import { kthNeighbours } from './neighbours.js';
import { squaredDistance, visitDistances } from './pairs.js';
import type { NeighbourOptions } from './precision-recall.js';
import { measureRules, protocolOf } from './protocol.js';
import { readOptions } from '../tensor/options.js';

/** The result of {@link densityCoverage}. */
export interface DensityCoverage {
  /** Quality: the average number of real examples' balls that contain a fake one, divided by k; about 1 for equal distributions. */
  readonly density: number;
  /** Variety: the share of real examples whose ball contains a fake one. */
  readonly coverage: number;
  /** A description of the measurement. */
  readonly protocol: string;
}

/**
 * Measures quality and variety separately. It is less affected by outliers than {@link precisionRecall}, because only real
 * examples have balls, and each ball counts.
 *
 * The ball of a real row reaches its k-th nearest other real row, border excluded.
 * density = 1 / (k m) sum over real i and fake j of [j in the ball of i]; coverage = mean over real of [its ball contains a fake row]
 *
 * @param real - float32 [n, d], features of n > k real examples
 * @param fake - float32 [m, d], m >= 1
 * @param options - `neighbours`, k, 5 by default; `features` and `seed` describe the data in the protocol
 * @returns `density`, at least 0 and not bounded by 1, `coverage` in 0 ... 1, and `protocol`
 * @throws (as a rejection) TypeError or ShapeError if the features have the wrong kind or shape, RangeError if they
 * are not finite or `neighbours` is not a positive integer
 * @remarks Computed like {@link precisionRecall}. For two sets from one distribution with equally many rows, the expected
 * density is 1 and the expected coverage is 1 - 2^-k or slightly more.
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
  const { neighbours } = readOptions('densityCoverage', options, {
    ...measureRules,
    neighbours: { is: checkInteger, default: 5 },
  });
  const why = `With ${neighbours} neighbours, at least ${neighbours + 1} rows are needed.`;
  checkFeatures('densityCoverage', 'real', real, { rows: neighbours + 1, why });
  checkFeatures('densityCoverage', 'fake', fake, { rows: 1, why: 'At least one row is needed.', like: ['real', real] });
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
      // Only comparisons that the slack leaves undecided are repeated in float64.
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
