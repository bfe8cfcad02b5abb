import * as tf from '@tensorflow/tfjs-core';
type Losses = { discriminator: tf.Tensor; generator: tf.Tensor };

/** The losses of discriminator and generator in nats, scalars: the logits are [batch, 1], and their rows are pairs. */
export function relativisticLosses(realLogits: tf.Tensor, fakeLogits: tf.Tensor): Losses {
  const product = tf.mean(tf.mul(realLogits, fakeLogits)); // replace these lines
  return { discriminator: product, generator: tf.square(product) };
}
