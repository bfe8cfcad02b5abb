import * as tf from '@tensorflow/tfjs-core';

export function histogramUpdate(logits: tf.Tensor1D, x: tf.Tensor1D): tf.Tensor {
  return tf.tidy(() => {
    const loss = (theta: tf.Tensor): tf.Tensor =>
      tf.neg(tf.mean(tf.sum(tf.mul(tf.oneHot(x, logits.size), tf.logSoftmax(theta)), 1)));
    return tf.sub(logits, tf.mul(0.5, tf.grad(loss)(logits)));
  });
}
