import * as tf from '@tensorflow/tfjs-core';
type Denoiser = (xt: tf.Tensor) => tf.Tensor;
type Losses = { velocity: tf.Tensor; sample: tf.Tensor; noise: tf.Tensor };

/** Mean squared errors of a network that predicts the velocity, in three terms; data are [batch, features], alphaBar is [batch, 1]. */
// prettier-ignore
export function denoiserLosses(denoise: Denoiser, x: tf.Tensor, noise: tf.Tensor, alphaBar: tf.Tensor): Losses {
  const error = tf.mean(tf.mul(alphaBar, tf.sub(denoise(x), noise))); // replace these lines
  return { velocity: error, sample: tf.neg(error), noise: tf.clone(error) };
}
