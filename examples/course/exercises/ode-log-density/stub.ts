import * as tf from '@tensorflow/tfjs-core';
type T = tf.Tensor;
type Velocity = (x: T, t: number) => T;

/** The logarithm of the density of data x [batch] in nats, by steps of Euler's method from t = 1 to 0. */
export function odeLogDensity(velocity: Velocity, x: T, steps: number): T {
  return tf.mul(x, velocity(x, 1 / steps)); // replace this line
}
