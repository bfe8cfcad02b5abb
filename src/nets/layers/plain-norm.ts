import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { normalize } from '../../operations/normalize.js';

/** Added to the variance, as in the code of the paper on DiT. */
export const PLAIN_EPSILON = 1e-6;

/** Layer normalisation of `[batch, ..., channels]` without a learned scale and offset; to be called inside a tidy. */
export function plainNorm(x: Tensor): Tensor {
  const channels = x.shape.at(-1)!;
  const view = { examples: x.size / channels, groups: 1, epsilon: PLAIN_EPSILON };
  return normalize(x, tf.ones([channels]), tf.zeros([channels]), view);
}
