import type { Tensor } from '@tensorflow/tfjs-core';
import { checkNumber } from '../tensor/checks.js';
import { checkFeatures, readFeatures } from './read-features.js';
import { squaredDistance } from './pairs.js';
import { measureRules, protocolOf, type MeasureOptions } from './protocol.js';
import { readOptions } from '../tensor/options.js';

/** Options of {@link modeCoverage}. */
export interface ModeCoverageOptions extends Pick<MeasureOptions, 'seed'> {
  /** float32 [modes, d], the centers of the modes. */
  readonly centers: Tensor;
  /** The standard deviation of each mode on each axis, above 0. */
  readonly standardDeviation: number;
}

/** The result of {@link modeCoverage}. */
export interface ModeCoverage {
  /** The number of centers with a high-quality sample. */
  readonly modes: number;
  /** The share of samples that are of high quality, 0 ... 1. */
  readonly highQuality: number;
  /** A description of the measurement. */
  readonly protocol: string;
}

/**
 * Counts the modes that samples cover, for data whose modes are known: a ring or a grid of Gaussians.
 *
 * A sample is of high quality if it lies within 3 standard deviations of its nearest center, border included;
 * modes = number of centers that are nearest to such a sample; highQuality = share of such samples.
 *
 * @param samples - float32 [n, d], n >= 1
 * @param options - `centers`, `standardDeviation`; `seed`, for the protocol
 * @returns `modes`, `highQuality` and `protocol`
 * @throws (as a rejection) TypeError or ShapeError if a tensor has the wrong kind or shape, RangeError if one is
 * not finite or the standard deviation is not above 0
 * @remarks Computed in float64 on the host. If two centers are equally near, the first counts as the nearest. In two
 * dimensions, 1.1% of samples from the data distribution itself are not of high quality: the chance of falling outside is exp(-9/2).
 * @example
 * ```ts
 * const centers = tf.tensor2d([[-1, 0], [1, 0], [0, 5]]);
 * const samples = tf.tensor2d([[-1, 0.1], [1, 0.2], [1, 0.25], [3, 3]]);
 * const { modes, highQuality } = await modeCoverage(samples, { centers, standardDeviation: 0.1 });
 * console.log(modes, highQuality); // 2 0.75: the third center has no sample
 * ```
 * @see Srivastava et al. 2017, section 4.1, https://arxiv.org/abs/1705.07761
 */
export async function modeCoverage(samples: Tensor, options: ModeCoverageOptions): Promise<ModeCoverage> {
  const { centers, standardDeviation, seed } = readOptions('modeCoverage', options, {
    centers: {},
    standardDeviation: { is: checkNumber, above: 0 },
    seed: measureRules.seed,
  });
  checkFeatures('modeCoverage', 'samples', samples, { rows: 1, why: 'At least one row is needed.' });
  checkFeatures('modeCoverage', 'centers', centers, {
    rows: 1,
    why: 'At least one row is needed.',
    like: ['samples', samples],
  });
  const sets = {
    samples: await readFeatures('modeCoverage', 'samples', samples),
    centers: await readFeatures('modeCoverage', 'centers', centers),
  };
  const farthest = (3 * standardDeviation) ** 2;
  const reached = new Set<number>();
  let count = 0;
  for (let i = 0; i < sets.samples.count; i++) {
    let [nearest, square] = [0, Infinity];
    for (let j = 0; j < sets.centers.count; j++) {
      const next = squaredDistance(sets.samples, i, sets.centers, j);
      if (next < square) [nearest, square] = [j, next];
    }
    if (square > farthest) continue;
    reached.add(nearest);
    count++;
  }
  const measure = `modes with a sample within 3 standard deviations of ${standardDeviation} of the nearest center`;
  return {
    modes: reached.size,
    highQuality: count / sets.samples.count,
    protocol: protocolOf(measure, sets, { seed }),
  };
}
