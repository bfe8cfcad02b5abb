import * as tf from '@tensorflow/tfjs-core';
type T = tf.Tensor;

export function inpaint(sample: T, known: T, mask: T, noise: T, alphaBar: T): T {
  return tf.tidy(() => {
    const noised = tf.add(tf.mul(tf.sqrt(alphaBar), known), tf.mul(tf.sqrt(tf.sub(1, alphaBar)), noise));
    return tf.add(tf.mul(mask, noised), tf.mul(tf.sub(1, mask), sample));
  });
}
