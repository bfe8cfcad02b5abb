import * as tf from '@tensorflow/tfjs-core';
import type { Model } from './model.js';
type Weights = { encoder: tf.Tensor; decoder: tf.Tensor };

/** One step of gradient ascent on the mean bound, at a learning rate of 0.1: the new weights of the encoder and of the decoder. */
// prettier-ignore
export function vaeUpdate(encoder: tf.Tensor, decoder: tf.Tensor, x: tf.Tensor, noise: tf.Tensor, model: Model): Weights {
  const { mean } = model.encode(encoder, x); // replace these lines
  return { encoder: tf.clone(encoder), decoder: tf.add(decoder, tf.mean(tf.add(mean, noise))) };
}
