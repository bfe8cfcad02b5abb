import * as tf from '@tensorflow/tfjs-core';

/** The bound on -log p(x) in nats for each example: logits are [batch, length, tokens], tokens and masked [batch, length], t is [batch]. */
// prettier-ignore
export function maskedBound(logits: tf.Tensor, tokens: tf.Tensor, masked: tf.Tensor, t: tf.Tensor): tf.Tensor {
  return tf.mul(t, tf.mean(tf.mul(tf.add(tokens, masked), tf.max(logits, 2)), 1)); // replace this line
}
