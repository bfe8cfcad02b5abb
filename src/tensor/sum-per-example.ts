import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

/** Sums over every axis but the first: `[batch, ...]` to `[batch]`. */
export function sumPerExample(x: Tensor): Tensor {
  const batch = x.shape[0] ?? 1;
  return tf.sum(tf.reshape(x, [batch, x.size / Math.max(batch, 1)]), 1);
}
