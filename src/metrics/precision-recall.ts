import type { Tensor } from '@tensorflow/tfjs-core';
import { checkInteger } from '../tensor/checks.js';
import { checkFeatures, readFeatures } from './read-features.js';
import { kthNeighbours } from './neighbours.js';
import { squaredDistance, visitDistances } from './pairs.js';
import { measureRules, protocolOf, type MeasureOptions } from './protocol.js';
import { readOptions } from '../tensor/options.js';

/** Options of {@link precisionRecall} and {@link densityCoverage}. */
export interface NeighbourOptions extends MeasureOptions {
  /** k: the ball around an example reaches its k-th nearest neighbour; default 3 or 5, as in the papers. */
  readonly neighbours?: number | undefined;
}

/** The result of {@link precisionRecall}. */
export interface PrecisionRecall {
  /** Quality: the share of fake examples in the region of the real ones. */
  readonly precision: number;
  /** Variety: the share of real examples in the region of the fake ones. */
  readonly recall: number;
  /** A description of the measurement. */
  readonly protocol: string;
}

/**
 * Measures quality and variety separately: precision, the share of fake examples in the region of the real ones, and recall,
 * the share of real examples in the region of the fakes.
 *
 * The region of a set is the union of balls around its rows, each reaching its k-th nearest other row, border included.
 * precision = mean over fake of [in the region of real]; recall = mean over real of [in the region of fake]
 *
 * @param real - float32 [n, d], features of n > k real examples
 * @param fake - float32 [m, d], m > k
 * @param options - `neighbours`, k, 3 by default; `features` and `seed`, for the protocol
 * @returns both shares, in 0 ... 1, and `protocol`
 * @throws (as a rejection) TypeError or ShapeError if the features have the wrong kind or shape, RangeError if they
 * are not finite or `neighbours` is not a positive integer
 * @remarks The device computes products in blocks of 16 MB; comparisons that are too close for float32 are repeated in float64,
 * so the result has float64 accuracy on every backend that multiplies in float32. Unequal numbers of rows bias both values:
 * use the same number of each. One far outlier makes a large ball: see {@link densityCoverage}.
 * @example
 * ```ts
 * const real = tf.tensor2d([[0], [1], [2], [3]]);
 * const fake = tf.tensor2d([[1.5], [2], [9], [9.5]]);
 * const { precision, recall } = await precisionRecall(real, fake, { neighbours: 1 });
 * console.log(precision, recall); // 0.5 0.5: two fakes lie in the real region, and 1 and 2 in that of the fakes
 * ```
 * @see Kynkaanniemi et al. 2019, equations 1 and 2, https://arxiv.org/abs/1904.06991
 */
export async function precisionRecall(
  real: Tensor,
  fake: Tensor,
  options: NeighbourOptions = {},
): Promise<PrecisionRecall> {
  const { neighbours } = readOptions('precisionRecall', options, {
    ...measureRules,
    neighbours: { is: checkInteger, default: 3 },
  });
  const needs = {
    rows: neighbours + 1,
    why: `With ${neighbours} neighbours, at least ${neighbours + 1} rows are needed.`,
  };
  checkFeatures('precisionRecall', 'real', real, needs);
  checkFeatures('precisionRecall', 'fake', fake, { ...needs, like: ['real', real] });
  const sets = {
    real: await readFeatures('precisionRecall', 'real', real),
    fake: await readFeatures('precisionRecall', 'fake', fake),
  };
  const realBalls = (await kthNeighbours(sets.real, sets.real, neighbours)).squares;
  const fakeBalls = (await kthNeighbours(sets.fake, sets.fake, neighbours)).squares;
  const precise = new Uint8Array(sets.fake.count);
  const recalled = new Uint8Array(sets.real.count);
  await visitDistances(sets.fake, sets.real, (i, estimates, slack) => {
    const fakeBall = fakeBalls[i]!;
    for (let j = 0; j < estimates.length; j++) {
      // Whether the pair is within either ball; only comparisons that the slack leaves undecided are repeated in float64.
      const least = estimates[j]! - slack;
      const realBall = realBalls[j]!;
      const asksPrecise = precise[i] === 0 && least <= realBall;
      const asksRecalled = recalled[j] === 0 && least <= fakeBall;
      if (!asksPrecise && !asksRecalled) continue;
      const most = estimates[j]! + slack;
      const isOpen = (asksPrecise && most >= realBall) || (asksRecalled && most >= fakeBall);
      const square = isOpen ? squaredDistance(sets.fake, i, sets.real, j) : most;
      if (asksPrecise && square <= realBall) precise[i] = 1;
      if (asksRecalled && square <= fakeBall) recalled[j] = 1;
    }
  });
  const measure = `precision and recall, balls to neighbour ${neighbours}, border included`;
  return { precision: share(precise), recall: share(recalled), protocol: protocolOf(measure, sets, options) };
}

function share(flags: Uint8Array): number {
  return flags.reduce((sum, flag) => sum + flag, 0) / flags.length;
}
