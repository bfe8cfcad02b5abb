import * as tf from '@tensorflow/tfjs-core';
type T = tf.Tensor;

/** KL(N(mean, exp(logVariance)) || N(priorMean, exp(priorLogVariance))) in nats: from [batch, latents] to [batch]. */
export function learnedPriorKl(mean: T, logVariance: T, priorMean: T, priorLogVariance: T): T {
  return tf.sum(tf.addN([mean, logVariance, priorMean, priorLogVariance]), 1); // replace this line
}
