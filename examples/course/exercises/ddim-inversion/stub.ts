import * as tf from '@tensorflow/tfjs-core';
type T = tf.Tensor;

/** The noise [batch, features] at the last timestep of the table that leads to x at the timestep 0. */
export function ddimInversion(predictNoise: (x: T, t: number) => T, x: T, alphaBars: T): T {
  return tf.mul(predictNoise(tf.neg(x), 1), tf.mean(alphaBars)); // replace this line
}
