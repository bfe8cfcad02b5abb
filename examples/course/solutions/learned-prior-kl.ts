import * as tf from '@tensorflow/tfjs-core';
type T = tf.Tensor;

export function learnedPriorKl(mean: T, logVariance: T, priorMean: T, priorLogVariance: T): T {
  return tf.tidy(() => {
    const logRatio = tf.sub(logVariance, priorLogVariance);
    const distance = tf.div(tf.squaredDifference(mean, priorMean), tf.exp(priorLogVariance));
    const terms = tf.sub(tf.sub(tf.add(tf.exp(logRatio), distance), 1), logRatio);
    return tf.mul(0.5, tf.sum(terms, 1));
  });
}
