import * as tf from '@tensorflow/tfjs-core';

export function heldOutBits(logits: tf.Tensor, tokens: tf.Tensor, isText: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const [batch, length, choices] = logits.shape as [number, number, number];
    const readers = tf.slice(logits, [0, 0, 0], [batch, length - 1, choices]);
    const judged = tf.slice(tokens, [0, 1], [batch, length - 1]) as tf.Tensor2D;
    const counts = tf.slice(isText, [0, 1], [batch, length - 1]);
    const logs = tf.sum(tf.mul(tf.oneHot(judged, choices), tf.logSoftmax(readers)), 2);
    return tf.div(tf.sum(tf.mul(logs, counts)), tf.mul(-Math.LN2, tf.sum(counts)));
  });
}
