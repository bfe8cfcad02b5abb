import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { elementwise } from './elementwise.js';

/** The slope of {@link leakyRelu} below zero. */
export const LEAK = 0.2;

/**
 * The leaky rectified linear unit with a slope of 0.2 below zero, as is usual in discriminators.
 *
 * leakyRelu(x) = x for x > 0, 0.2 * x otherwise; the derivative at 0 is 0.2
 *
 * @param x - float32, any shape
 * @returns a tensor of x's shape; the caller disposes it
 * @throws TypeError if x is not a float32 tensor
 * @remarks 0.2 is the slope of the DCGAN paper and of most GANs since, and the default of `tf.leakyRelu`; PyTorch's default
 * is 0.01, Keras's 0.3. `tf.leakyRelu` has no second derivative ("gradient function not found for Greater").
 * @example
 * ```ts
 * const values = await leakyRelu(tf.tensor1d([-2, 3])).data(); // -0.4, 3
 * ```
 * @see https://arxiv.org/abs/1511.06434 Radford, Metz and Chintala 2015, section 3
 */
export function leakyRelu(x: Tensor): Tensor {
  return elementwise(
    'leakyRelu',
    x,
    (kept) => tf.leakyRelu(kept, LEAK),
    (kept) => tf.step(kept, LEAK),
  );
}
