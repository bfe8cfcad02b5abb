import * as tf from '@tensorflow/tfjs-core';

export function gradientPenalty(
  critic: (x: tf.Tensor) => tf.Tensor,
  real: tf.Tensor,
  fake: tf.Tensor,
  mix: tf.Tensor,
): tf.Tensor {
  return tf.tidy(() => {
    const x = tf.add(tf.mul(mix, real), tf.mul(tf.sub(1, mix), fake));
    const slopes = tf.grad((at: tf.Tensor) => tf.sum(critic(at)))(x);
    const norms = tf.sqrt(tf.sum(tf.square(slopes), 1));
    return tf.mean(tf.square(tf.sub(norms, 1)));
  });
}
