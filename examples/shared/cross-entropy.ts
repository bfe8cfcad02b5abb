import * as tf from '@tensorflow/tfjs';

/** The mean of -log p(label) over a batch, from logits `[batch, classes]`. */
export function crossEntropy(logits: tf.Tensor, labels: tf.Tensor): tf.Scalar {
  return tf.tidy(() => {
    const chosen = tf.cast(tf.oneHot(labels, logits.shape[1]!), 'float32');
    return tf.mean(tf.neg(tf.sum(tf.mul(tf.logSoftmax(logits), chosen), 1)));
  });
}
