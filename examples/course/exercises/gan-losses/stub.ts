import * as tf from '@tensorflow/tfjs-core';

type Losses = { discriminator: tf.Tensor; minimax: tf.Tensor; nonSaturating: tf.Tensor };

/** The discriminator's loss and two losses of the generator, in nats, from logits [batch, 1] to scalars. */
export function ganLosses(realLogits: tf.Tensor, fakeLogits: tf.Tensor): Losses {
  const difference = tf.sub(tf.mean(realLogits), tf.mean(fakeLogits)); // replace these lines
  return { discriminator: tf.neg(difference), minimax: tf.clone(difference), nonSaturating: difference };
}
