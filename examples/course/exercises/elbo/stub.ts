import * as tf from '@tensorflow/tfjs-core';

/** An estimate of the lower bound on log p(x) in nats for each example: x and logits are [batch, pixels], the others [batch, latents]. */
export function elbo(x: tf.Tensor, logits: tf.Tensor, mean: tf.Tensor, logVariance: tf.Tensor): tf.Tensor {
  return tf.add(tf.mean(tf.mul(x, logits), 1), tf.mean(tf.mul(mean, logVariance), 1)); // replace this line
}
