import * as tf from '@tensorflow/tfjs-core';

/** The divergence of N(mean, exp(logVariance)) from N(0, 1), in nats, for each example: from [batch, latents] to [batch]. */
export function gaussianKl(mean: tf.Tensor, logVariance: tf.Tensor): tf.Tensor {
  return tf.sum(tf.add(mean, logVariance), 1); // replace this line
}
