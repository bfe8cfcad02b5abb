import * as tf from '@tensorflow/tfjs-core';

/** The mean bits of a token after the first: logits are [batch, length, tokens], tokens and isText [batch, length]. */
export function heldOutBits(logits: tf.Tensor, tokens: tf.Tensor, isText: tf.Tensor): tf.Tensor {
  return tf.mean(tf.mul(tf.max(logits, 2), tf.add(tokens, isText))); // replace this line
}
