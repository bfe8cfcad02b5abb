import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { exp } from '../gradients/elementwise.js';
import { stopGradient } from '../gradients/stop-gradient.js';

/** Almost the largest number of float32. */
const HIGHEST = 3e38;

/**
 * log sum_i exp(x_i) over an axis, without overflow, and right to the second derivative. Call it inside a tidy.
 *
 * = log sum_i exp(x_i - max x) + max x, with the maximum as a constant: it cancels, and tf.max has no second derivative. It is limited to
 * finite numbers, as Infinity does not cancel: the sum of no more than zeros is then 0, with the logarithm -Infinity.
 */
export function logSumExp(x: Tensor, axis: number): Tensor {
  const largest = stopGradient(() => tf.clipByValue(tf.max(x, axis, true), -HIGHEST, HIGHEST));
  return tf.add(tf.log(tf.sum(exp(tf.sub(x, largest)), axis)), tf.squeeze(largest, [axis]));
}
