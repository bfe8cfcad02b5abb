import * as tf from '@tensorflow/tfjs-core';

export function consistencyFunction(
  network: (x: tf.Tensor, sigma: tf.Tensor) => tf.Tensor,
  x: tf.Tensor,
  sigma: tf.Tensor,
): tf.Tensor {
  return tf.tidy(() => {
    const above = tf.sub(sigma, 0.002);
    const skip = tf.div(0.25, tf.add(tf.square(above), 0.25));
    const out = tf.div(tf.mul(0.5, above), tf.sqrt(tf.add(tf.square(sigma), 0.25)));
    return tf.add(tf.mul(skip, x), tf.mul(out, network(x, sigma)));
  });
}
