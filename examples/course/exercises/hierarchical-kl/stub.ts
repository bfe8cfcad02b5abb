import * as tf from '@tensorflow/tfjs-core';
type T = tf.Tensor;
type Prior = (u: T) => { mean: T; logVariance: T };

/** The divergence of two levels of latents in nats: [batch]; the noise is for the sample of the top latents. */
// prettier-ignore
export function hierarchicalKl(prior: Prior, topMean: T, topLogVariance: T, mean: T, logVariance: T, noise: T): T {
  const u = tf.addN([topMean, topLogVariance, noise]); // replace these lines
  return tf.sum(tf.mul(prior(u).mean, tf.add(mean, logVariance)), 1);
}
