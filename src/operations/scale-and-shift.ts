import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { composed } from './composed.js';

/**
 * Scales and shifts each channel of each example: x (1 + scale) + shift.
 *
 * @param x - `[batch, ..., c]`
 * @param vectors - `[batch, 2 c]`: all scales of an example, then its shifts
 * @returns a tensor of x's shape; to be called inside a tidy
 */
export function scaleAndShift(x: Tensor, vectors: Tensor): Tensor {
  const perChannel = [x.shape[0], ...x.shape.slice(2).map(() => 1), x.shape.at(-1)!];
  const plain = (input: Tensor, both: Tensor): Tensor => {
    const [scale, shift] = tf.split(both, 2, 1).map((part) => tf.reshape(part, perChannel));
    return tf.add(tf.mul(input, tf.add(scale!, 1)), shift!);
  };
  return composed('ScaleAndShift', plain, [x, vectors]);
}
