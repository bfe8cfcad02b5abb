import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { checkFloat, checkInteger, checkNumber } from '../tensor/checks.js';
import { readOptions } from '../tensor/options.js';

/** Options of {@link latentGrid}. */
export interface LatentGridOptions {
  /** Points per row, at least 2. */
  readonly columns: number;
  /** Rows, at least 2; by default as many as columns. */
  readonly rows?: number | undefined;
  /** The grid covers -extent to extent on both axes; above 0; default 2, which covers 95% of N(0, 1) on each axis. */
  readonly extent?: number | undefined;
}

/**
 * A regular grid of two-dimensional latents, for drawing a map of a model with two latents.
 *
 * @param options - see {@link LatentGridOptions}
 * @returns `[rows * columns, 2]`, row by row from the top: the first latent grows to the right, the second upwards;
 *   the caller disposes it
 * @throws RangeError if a number is outside its range
 * @example
 * ```ts
 * const z = latentGrid({ columns: 2, extent: 1 });
 * console.log(await z.array()); // [[-1, 1], [1, 1], [-1, -1], [1, -1]]
 * ```
 * @see Kingma and Welling 2014, figure 4, https://arxiv.org/abs/1312.6114
 */
export function latentGrid(options: LatentGridOptions): Tensor2D {
  const read = readOptions('latentGrid', options, {
    columns: { is: checkInteger, least: 2 },
    rows: { is: checkInteger, default: undefined, least: 2 },
    extent: { is: checkNumber, default: 2, above: 0 },
  });
  const { columns, rows = columns, extent } = read;
  const at = (index: number, count: number): number => extent * ((2 * index) / (count - 1) - 1);
  const points = Array.from({ length: rows * columns }, (_, i): [number, number] => [
    at(i % columns, columns),
    at(rows - 1 - Math.floor(i / columns), rows),
  ]);
  return tf.tensor2d(points);
}

/** Options of {@link traverse}. */
export interface TraverseOptions {
  /** The dimension that varies, counted from 0. */
  readonly dimension: number;
  /** Number of values, at least 2. */
  readonly steps: number;
  /** The values cover -extent to extent; above 0; default 2. */
  readonly extent?: number | undefined;
}

/**
 * Copies of one latent vector in which one dimension varies over a range, to show what that dimension encodes.
 *
 * @param z - `[latent]`
 * @param options - see {@link TraverseOptions}
 * @returns `[steps, latent]`; the caller disposes it
 * @throws {@link ShapeError} or RangeError if an argument is wrong
 * @example
 * ```ts
 * const points = traverse(tf.tensor1d([5, 5]), { dimension: 1, steps: 3 });
 * console.log(await points.array()); // [[5, -2], [5, 0], [5, 2]]
 * ```
 */
export function traverse(z: Tensor, options: TraverseOptions): Tensor2D {
  checkFloat('traverse', 'z', z, [null], 'Pass one row: tf.gather(z, i).');
  const { dimension, steps, extent } = readOptions('traverse', options, {
    dimension: { is: checkInteger, least: 0 },
    steps: { is: checkInteger, least: 2 },
    extent: { is: checkNumber, default: 2, above: 0 },
  });
  const size = z.shape[0];
  checkNumber('traverse', 'dimension', dimension, { below: size });
  return tf.tidy(() => {
    const chosen = tf.oneHot(tf.scalar(dimension, 'int32'), size);
    const values = tf.reshape(tf.linspace(-extent, extent, steps), [steps, 1]);
    return tf.add(tf.mul(z, tf.sub(1, chosen)), tf.mul(values, chosen));
  });
}
