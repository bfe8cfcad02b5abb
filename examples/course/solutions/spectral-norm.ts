import * as tf from '@tensorflow/tfjs-core';

export function spectralNorm(weights: tf.Tensor, u: tf.Tensor): { weights: tf.Tensor; u: tf.Tensor } {
  return tf.tidy(() => {
    const unit = (x: tf.Tensor): tf.Tensor => tf.div(x, tf.norm(x));
    const v = unit(tf.matMul(weights, tf.expandDims(u, 1), true));
    const through = tf.matMul(weights, v);
    const next = unit(through);
    return { weights: tf.div(weights, tf.sum(tf.mul(next, through))), u: tf.squeeze(next, [1]) };
  });
}
