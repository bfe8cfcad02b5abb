import * as tf from '@tensorflow/tfjs-core';

export function maskedBound(logits: tf.Tensor, tokens: tf.Tensor, masked: tf.Tensor, t: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const own = tf.oneHot(tokens, logits.shape[2]!);
    const cost = tf.sub(tf.logSumExp(logits, 2), tf.sum(tf.mul(own, logits), 2));
    return tf.div(tf.sum(tf.mul(masked, cost), 1), t);
  });
}
