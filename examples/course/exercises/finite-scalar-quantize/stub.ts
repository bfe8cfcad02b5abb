import * as tf from '@tensorflow/tfjs-core';
type T = tf.Tensor;

/** Each feature of z, rounded to one of five levels from -1 to 1, with the gradient of its tanh. */
export function finiteScalarQuantize(z: T, detach: (x: T) => T): T {
  return detach(tf.add(z, 1)); // replace this line
}
