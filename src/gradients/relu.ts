import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { elementwise } from './elementwise.js';

/**
 * The rectified linear unit; its second derivative is zero.
 *
 * relu(x) = max(x, 0); the derivative at 0 is 0
 *
 * @param x - float32, any shape
 * @returns numbers of at least 0, of x's shape; the caller disposes it
 * @throws TypeError if x is not a float32 tensor
 * @example
 * ```ts
 * const values = await relu(tf.tensor1d([-2, 3])).data(); // 0, 3
 * ```
 * @see https://proceedings.mlr.press/v15/glorot11a.html Glorot, Bordes and Bengio 2011
 */
export function relu(x: Tensor): Tensor {
  return elementwise('relu', x, tf.relu, (kept) => tf.step(kept));
}
