import * as tf from '@tensorflow/tfjs-core';

export function freeNats(divergences: tf.Tensor): tf.Tensor {
  return tf.tidy(() => tf.sum(tf.maximum(0.5, tf.mean(divergences, 0))));
}
