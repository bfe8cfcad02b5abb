import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { elementwise } from './elementwise.js';

/**
 * The hyperbolic tangent, with a correct second derivative; that of `tf.tanh` is off by 40%.
 *
 * tanh(x), derivative 1 - tanh(x)^2
 *
 * @param x - float32, any shape
 * @returns numbers in [-1, 1], of x's shape; the caller disposes it
 * @throws TypeError if x is not a float32 tensor
 * @example
 * ```ts
 * const [value] = await tanh(tf.tensor1d([1])).data(); // 0.7616
 * ```
 * @see https://en.wikipedia.org/wiki/Hyperbolic_functions
 */
export function tanh(x: Tensor): Tensor {
  return elementwise('tanh', x, tf.tanh, (kept) => tf.sub(1, tf.square(tanh(kept))));
}
