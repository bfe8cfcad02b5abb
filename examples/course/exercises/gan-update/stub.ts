import * as tf from '@tensorflow/tfjs-core';
import type { Model } from './model.js';
type Weights = { generator: tf.Tensor; discriminator: tf.Tensor };

/** A step of the discriminator, then one of the generator, at a learning rate of 0.1: the new weights of both. */
// prettier-ignore
export function ganUpdate(generator: tf.Tensor, discriminator: tf.Tensor, real: tf.Tensor, noise: tf.Tensor, model: Model): Weights {
  const loss = model.discriminatorLoss(real, model.generate(generator, noise)); // replace these lines
  return { generator: tf.add(generator, loss), discriminator: tf.clone(discriminator) };
}
