import * as tf from '@tensorflow/tfjs-core';

export function gaussianKl(mean: tf.Tensor, logVariance: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const variance = tf.exp(logVariance);
    const terms = tf.sub(tf.sub(tf.add(variance, tf.square(mean)), 1), logVariance);
    return tf.mul(0.5, tf.sum(terms, 1));
  });
}
