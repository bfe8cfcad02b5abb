import * as tf from '@tensorflow/tfjs-core';
type T = tf.Tensor;

export function guidedNoise(classify: (x: T) => T, predicted: T, x: T, classes: T, alphaBar: T, scale: T): T {
  return tf.tidy(() => {
    const log = (at: T): T => {
      const logs = tf.logSoftmax(classify(at));
      return tf.sum(tf.mul(tf.oneHot(classes as tf.Tensor1D, logs.shape[1]!), logs));
    };
    const slopes = tf.mul(tf.sqrt(tf.sub(1, alphaBar)), tf.grad(log)(x));
    return tf.sub(predicted, tf.mul(scale, slopes));
  });
}
