import * as tf from '@tensorflow/tfjs-core';
type T = tf.Tensor;

/** Samples [batch, features] after one of Langevin's steps for each draw of noise [steps, batch, features]. */
// prettier-ignore
export function langevinSample(energy: (x: T) => T, buffer: T, fresh: T, isFresh: T, noise: T): T {
  return tf.mul(isFresh, tf.addN([tf.expandDims(energy(fresh), 1), buffer, tf.mean(noise, 0)])); // replace this line
}
