import * as tf from '@tensorflow/tfjs-core';

export function edmDenoiser(
  network: (input: tf.Tensor, time: tf.Tensor) => tf.Tensor,
  x: tf.Tensor,
  sigma: tf.Tensor,
): tf.Tensor {
  return tf.tidy(() => {
    const variance = tf.add(tf.square(sigma), 0.25);
    const deviation = tf.sqrt(variance);
    const output = network(tf.div(x, deviation), tf.div(tf.log(sigma), 4));
    const skip = tf.mul(tf.div(0.25, variance), x);
    return tf.add(skip, tf.mul(tf.div(tf.mul(0.5, sigma), deviation), output));
  });
}
