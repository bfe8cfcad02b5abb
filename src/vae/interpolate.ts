import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import {
  checkExamples,
  checkFloat,
  checkFunction,
  checkInteger,
  checkResult,
  checkSameShape,
} from '../tensor/checks.js';
import { readOptions } from '../tensor/options.js';

/** A path between latents: `from` at t = 0, `to` at t = 1. Both are `[..., latent]`, and so is the result. */
export type LatentPath = (from: Tensor, to: Tensor, t: number) => Tensor;

/**
 * The straight line between latents.
 *
 * z(t) = (1 - t) from + t to
 *
 * @remarks In many dimensions its middle is nearer to the origin than samples from N(0, I) are; see {@link sphericalPath}.
 */
export const linearPath: LatentPath = (from, to, t) => tf.tidy(() => tf.add(tf.mul(1 - t, from), tf.mul(t, to)));

/**
 * The arc between latents, on which the distance from the origin stays that of the ends, where N(0, I) has its mass.
 *
 * z(t) = ( sin((1 - t) a) from + sin(t a) to ) / sin a, where a is the angle between `from` and `to`
 *
 * @remarks If the angle is below 1e-3 (or the vectors are opposite, so that there is no unique arc), the path is the straight line.
 * @see White 2016, Sampling Generative Networks, section 2, https://arxiv.org/abs/1609.04468
 */
export const sphericalPath: LatentPath = (from, to, t) =>
  tf.tidy(() => {
    const dot = (a: Tensor, b: Tensor): Tensor => tf.sum(tf.mul(a, b), -1, true);
    const lengths = tf.mul(tf.sqrt(dot(from, from)), tf.sqrt(dot(to, to)));
    const cosine = tf.div(dot(from, to), tf.maximum(lengths, 1e-20));
    const angle = tf.acos(tf.clipByValue(cosine, -1, 1));
    const sine = tf.sin(angle);
    const isArc = tf.greater(sine, 1e-3);
    const safe = tf.where(isArc, sine, tf.onesLike(sine));
    const weight = (part: number): Tensor =>
      tf.where(isArc, tf.div(tf.sin(tf.mul(part, angle)), safe), tf.fill(sine.shape, part));
    return tf.add(tf.mul(weight(1 - t), from), tf.mul(weight(t), to));
  });

/** Options of {@link interpolate}. */
export interface InterpolateOptions {
  /** Points on the path, including both ends; at least 2. */
  readonly steps: number;
  /** {@link linearPath} or {@link sphericalPath}, or a path of your own. */
  readonly path: LatentPath;
}

/**
 * Latents on the path from one latent to another.
 *
 * @param from - `[latent]`, or `[batch, latent]` for several pairs at once
 * @param to - of the same shape
 * @param options - see {@link InterpolateOptions}
 * @returns `[steps, latent]` or `[batch, steps, latent]`; the ends are exactly `from` and `to`; the caller disposes it
 * @throws {@link ShapeError} if the shapes differ, RangeError if `steps` is below 2
 * @example
 * ```ts
 * const points = interpolate(tf.tensor1d([0, 0]), tf.tensor1d([1, 2]), { steps: 3, path: linearPath });
 * console.log(await points.array()); // [[0, 0], [0.5, 1], [1, 2]]
 * ```
 */
export function interpolate(from: Tensor, to: Tensor, options: InterpolateOptions): Tensor {
  checkExamples('interpolate', 'from', from, 1);
  checkFloat('interpolate', 'to', to);
  checkSameShape('interpolate', 'to', to, 'from', from);
  const { steps, path } = readOptions('interpolate', options, {
    steps: { is: checkInteger, least: 2 },
    path: checkFunction,
  });
  return tf.tidy(() => {
    const last = steps - 1;
    const between = Array.from({ length: steps - 2 }, (_, i) => path(from, to, (i + 1) / last));
    between.forEach((z) => {
      checkResult('interpolate', 'path(...)', z);
      checkSameShape('interpolate', 'path(...)', z, 'from', from);
    });
    return tf.stack([from, ...between, to], from.rank - 1);
  });
}
