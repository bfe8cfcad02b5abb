import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { elementwise } from './elementwise.js';
import { sigmoid } from './sigmoid.js';

/**
 * The softplus function, a smooth version of max(x, 0), with a correct second derivative.
 *
 * softplus(x) = log(1 + exp(x)), derivative sigmoid(x)
 *
 * @param x - float32, any shape
 * @returns positive numbers, of x's shape; the caller disposes it
 * @throws TypeError if x is not a float32 tensor
 * @example
 * ```ts
 * const [value] = await softplus(tf.tensor1d([0])).data(); // 0.6931 = log 2
 * ```
 * @see https://proceedings.neurips.cc/paper/2000/hash/44968aece94f667e4095002d140b5896-Abstract.html Dugas et al. 2001
 */
export function softplus(x: Tensor): Tensor {
  return elementwise('softplus', x, tf.softplus, sigmoid);
}
