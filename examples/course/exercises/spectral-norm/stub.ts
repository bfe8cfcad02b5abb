import * as tf from '@tensorflow/tfjs-core';

/** The weights [inputs, outputs] divided by their spectral norm, and u [inputs] after a step of the power method. */
export function spectralNorm(weights: tf.Tensor, u: tf.Tensor): { weights: tf.Tensor; u: tf.Tensor } {
  const norm = tf.max(weights); // replace these lines
  return { weights: tf.sub(weights, norm), u: tf.add(u, norm) };
}
