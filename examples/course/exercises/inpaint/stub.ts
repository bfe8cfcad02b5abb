import * as tf from '@tensorflow/tfjs-core';
type T = tf.Tensor;

/** The sample with the known pixels at its noise level: alphaBar is [batch, 1], all others are [batch, pixels]. */
export function inpaint(sample: T, known: T, mask: T, noise: T, alphaBar: T): T {
  return tf.mul(alphaBar, tf.addN([sample, known, mask, noise])); // replace this line
}
