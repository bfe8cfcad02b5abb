import type { Tensor } from '@tensorflow/tfjs-core';
import { checkNumber } from '../tensor/checks.js';
import { outOfRange, wrongKind } from '../tensor/errors.js';
import { checkFeatures, readFeatures } from './read-features.js';
import { kthNeighbours } from './neighbours.js';
import { measureRules, protocolOf, type MeasureOptions } from './protocol.js';
import { readOptions } from '../tensor/options.js';

/** Options of {@link nearestNeighbours}. */
export interface NearestNeighboursOptions extends MeasureOptions {
  /** Sets the threshold for duplicates: the share of training examples with another one within it, above 0, at most 1; default 0.01. */
  readonly quantile?: number | undefined;
  /**
   * An integer for each row of the data: rows with the same integer are versions of one example, such as mirror images, and do not count as
   * each other's neighbours. By default, each row is a separate example.
   */
  readonly groups?: ArrayLike<number> | undefined;
}

/** The result of {@link nearestNeighbours}. */
export interface NearestNeighbours {
  /** For each sample, the row of its nearest training example. */
  readonly indices: Int32Array;
  /** For each sample, its distance from that example. */
  readonly distances: Float64Array;
  /**
   * For each sample, its distance divided by the distance of that training example from its own nearest neighbour. Far below 1, the sample
   * resembles only this example. 0 if the distance is 0.
   */
  readonly relativeDistances: Float64Array;
  /** The share of samples within `threshold` of a training example. */
  readonly duplicates: number;
  /** The distance up to which a sample counts as a duplicate. */
  readonly threshold: number;
  /** The share of samples that are farther from their nearest training example than that example is from its own nearest neighbour. */
  readonly authenticity: number;
  /** A description of the measurement. */
  readonly protocol: string;
}

/**
 * Finds the training example nearest to each sample, and the share of samples that are copies. A model that repeats its
 * training data has a good Frechet distance, precision and density, so those measures do not show copying.
 *
 * relative = distance / spacing, where the distance is that of a sample from its nearest training example, and the spacing that of this
 * example from the nearest other one, of another group; `threshold` is the k-th smallest spacing of n examples with k = ceil(quantile n),
 * `duplicates` is the share of samples with distance <= threshold, and `authenticity` the share with distance > spacing
 *
 * @param samples - float32 [m, d], features, or pixels, of m >= 1 samples
 * @param data - float32 [n, d], the same for all n >= 2 examples that the model was trained on
 * @param options - `quantile`, `groups`; `features` and `seed`, for the protocol
 * @returns indices, distances and relative distances `[m]` on the host, the shares and `protocol`
 * @throws (as a rejection) TypeError or ShapeError if the features have the wrong kind or shape, RangeError if they
 * are not finite, `quantile` is not above 0 and at most 1, or `groups` are not n integers of which two differ
 * @remarks Compare both shares with those of held-out examples, which have about `quantile` duplicates and an authenticity
 * of about a half. A model that copies has more duplicates and a lower authenticity. If training examples are repeated,
 * give `groups`: without them the threshold may be 0, and no sample is authentic. If some examples are near to many others and some to none,
 * one threshold for all is too strict or too lax: count small relative distances of samples and of held-out examples. Distances are computed in float64; if several examples are equally near, the first is returned.
 * @example
 * ```ts
 * const data = tf.tensor2d([[0, 0], [1, 0], [0, 2], [5, 5]]);
 * const samples = tf.tensor2d([[0, 0], [5, 3]]);
 * const { indices, duplicates } = await nearestNeighbours(samples, data);
 * console.log(indices, duplicates); // [0, 3] 0.5: the second is farther than 1, the smallest distance within the data
 * ```
 * @see Alaa et al. 2022, section 3.3 (authenticity), https://arxiv.org/abs/2102.08921; Meehan et al. 2020 on comparing with
 * held-out data, https://arxiv.org/abs/2004.05675
 */
export async function nearestNeighbours(
  samples: Tensor,
  data: Tensor,
  options: NearestNeighboursOptions = {},
): Promise<NearestNeighbours> {
  const { quantile, groups } = readOptions('nearestNeighbours', options, {
    ...measureRules,
    quantile: { is: checkNumber, default: 0.01, above: 0, most: 1 },
    groups: { is: checkIntegers, default: undefined },
  });
  const why = 'Each example needs another one to compare with.';
  checkFeatures('nearestNeighbours', 'samples', samples, { rows: 1, why: 'It needs a row or more.' });
  checkFeatures('nearestNeighbours', 'data', data, { rows: 2, why, like: ['samples', samples] });
  if (groups !== undefined) checkGroups(groups, data.shape[0]);
  const sets = {
    samples: await readFeatures('nearestNeighbours', 'samples', samples),
    data: await readFeatures('nearestNeighbours', 'data', data),
  };
  const own = (await kthNeighbours(sets.data, sets.data, 1, { groups })).squares;
  const { indices, squares } = await kthNeighbours(sets.samples, sets.data, 1);
  const limit = own.slice().sort()[Math.ceil(quantile * own.length - 1e-9) - 1]!;
  const shareOf = (holds: (square: number, i: number) => boolean): number =>
    squares.filter(holds).length / squares.length;
  const count = groups === undefined ? '' : ` between ${new Set(Array.from(groups)).size} groups`;
  const measure = `nearest of the data; duplicates up to quantile ${quantile} of the data's own nearest distances${count}`;
  return {
    indices,
    distances: squares.map(Math.sqrt),
    relativeDistances: squares.map((square, i) => (square === 0 ? 0 : Math.sqrt(square / own[indices[i]!]!))),
    duplicates: shareOf((square) => square <= limit),
    threshold: Math.sqrt(limit),
    authenticity: shareOf((square, i) => square > own[indices[i]!]!),
    protocol: protocolOf(measure, sets, options),
  };
}

function checkIntegers(where: string, argument: string, groups: ArrayLike<number>): void {
  if ((Array.isArray(groups) || ArrayBuffer.isView(groups)) && Array.from(groups).every(Number.isSafeInteger)) return;
  throw wrongKind(where, argument, 'must be an array of integers', { got: groups });
}

function checkGroups(groups: ArrayLike<number>, rows: number): void {
  const where = 'nearestNeighbours';
  if (groups.length !== rows) {
    throw outOfRange(where, 'groups.length', `must be ${rows}, one for each row of \`data\``, { got: groups.length });
  }
  if (Array.from(groups).every((group) => group === groups[0])) {
    const fix = 'Each example needs one of another group to compare with.';
    throw outOfRange(where, 'groups', 'must have at least two different numbers', { seen: `only ${groups[0]}`, fix });
  }
}
