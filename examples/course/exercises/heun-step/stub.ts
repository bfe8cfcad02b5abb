import * as tf from '@tensorflow/tfjs-core';
type Denoise = (x: tf.Tensor, sigma: number) => tf.Tensor;
type Steps = { step: tf.Tensor; last: tf.Tensor };

/** Heun's step from one noise level to another, and the last step to the level 0; x is [batch, features]. */
export function heunStep(denoise: Denoise, x: tf.Tensor, from: number, to: number): Steps {
  const data = denoise(x, to); // replace these lines
  return { step: tf.mul(data, from), last: tf.neg(data) };
}
