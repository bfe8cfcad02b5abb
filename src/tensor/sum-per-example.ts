import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

/** Sums over every axis but the first: `[batch, ...]` to `[batch]`. */
export function sumPerExample(x: Tensor): Tensor {
  return tf.sum(x, [...x.shape.keys()].slice(1));
}
