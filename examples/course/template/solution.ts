import * as tf from '@tensorflow/tfjs-core';

export function squaredError(x: tf.Tensor, mean: tf.Tensor): tf.Tensor {
  return tf.tidy(() => tf.sum(tf.squaredDifference(x, mean), 1));
}
