import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

/** All axes except the first, which is the batch. */
export function axesOfExample({ shape }: Tensor): number[] {
  return [...shape.keys()].slice(1);
}

/** Sums over all axes except the first: `[batch, ...]` to `[batch]`. */
export function sumPerExample(x: Tensor): Tensor {
  return tf.sum(x, axesOfExample(x));
}
