import * as tf from '@tensorflow/tfjs-core';

/** Data at their timesteps: x and noise are [batch, features], timesteps are int32 [batch], alphaBars are [steps]. */
// prettier-ignore
export function addNoise(x: tf.Tensor, noise: tf.Tensor, timesteps: tf.Tensor1D, alphaBars: tf.Tensor1D): tf.Tensor {
  return tf.mul(tf.add(x, noise), tf.sub(tf.mean(alphaBars), tf.mean(timesteps))); // replace this line
}
