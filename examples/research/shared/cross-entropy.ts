import * as tf from '@tensorflow/tfjs';

/** The mean of -log p(label) over a batch, from logits `[batch, classes]`. */
export function crossEntropy(logits: tf.Tensor, labels: tf.Tensor): tf.Scalar {
  return tf.tidy(() => {
    const [, classes] = logits.shape as [number, number];
    // tf.oneHot accepts no depth of 1
    const chosen = tf.slice(tf.cast(tf.oneHot(labels, Math.max(classes, 2)), 'float32'), [0, 0], [-1, classes]);
    return tf.mean(tf.neg(tf.sum(tf.mul(tf.logSoftmax(logits), chosen), 1)));
  });
}
