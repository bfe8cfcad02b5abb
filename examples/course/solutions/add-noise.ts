import * as tf from '@tensorflow/tfjs-core';

export function addNoise(x: tf.Tensor, noise: tf.Tensor, timesteps: tf.Tensor1D, alphaBars: tf.Tensor1D): tf.Tensor {
  return tf.tidy(() => {
    const alphaBar = tf.expandDims(tf.gather(alphaBars, timesteps), 1);
    return tf.add(tf.mul(tf.sqrt(alphaBar), x), tf.mul(tf.sqrt(tf.sub(1, alphaBar)), noise));
  });
}
