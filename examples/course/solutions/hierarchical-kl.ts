import * as tf from '@tensorflow/tfjs-core';
type T = tf.Tensor;

export function hierarchicalKl(
  prior: (u: T) => { mean: T; logVariance: T },
  topMean: T,
  topLogVariance: T,
  mean: T,
  logVariance: T,
  noise: T,
): T {
  return tf.tidy(() => {
    const divergence = (m: T, l: T, of: { mean: T; logVariance: T }): T => {
      const logRatio = tf.sub(l, of.logVariance);
      const distance = tf.div(tf.squaredDifference(m, of.mean), tf.exp(of.logVariance));
      return tf.mul(0.5, tf.sum(tf.sub(tf.sub(tf.add(tf.exp(logRatio), distance), 1), logRatio), 1));
    };
    const u = tf.add(topMean, tf.mul(tf.exp(tf.mul(0.5, topLogVariance)), noise));
    const standard = { mean: tf.zerosLike(topMean), logVariance: tf.zerosLike(topMean) };
    return tf.add(divergence(topMean, topLogVariance, standard), divergence(mean, logVariance, prior(u)));
  });
}
