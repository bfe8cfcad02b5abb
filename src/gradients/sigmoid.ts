import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { elementwise } from './elementwise.js';

/**
 * The logistic function, which turns a logit into a probability, with a correct second derivative.
 *
 * sigmoid(x) = 1 / (1 + exp(-x)), derivative sigmoid(x) * sigmoid(-x)
 *
 * @param x - float32, any shape
 * @returns numbers in [0, 1], of x's shape; the caller disposes it
 * @throws TypeError if x is not a float32 tensor
 * @example
 * ```ts
 * const [half] = await sigmoid(tf.tensor1d([0])).data(); // 0.5
 * ```
 * @see https://en.wikipedia.org/wiki/Logistic_function
 */
export function sigmoid(x: Tensor): Tensor {
  return elementwise('sigmoid', x, tf.sigmoid, slope);
}

/** 1 - sigmoid(x) would be 0 for logits of 17 or more, and a confident discriminator would teach nothing. */
function slope(x: Tensor): Tensor {
  return tf.mul(sigmoid(x), sigmoid(tf.neg(x)));
}
