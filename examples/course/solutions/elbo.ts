import * as tf from '@tensorflow/tfjs-core';

export function elbo(x: tf.Tensor, logits: tf.Tensor, mean: tf.Tensor, logVariance: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const logLikelihood = tf.sum(tf.sub(tf.mul(x, logits), tf.softplus(logits)), 1);
    const terms = tf.sub(tf.sub(tf.add(tf.exp(logVariance), tf.square(mean)), 1), logVariance);
    return tf.sub(logLikelihood, tf.mul(0.5, tf.sum(terms, 1)));
  });
}
