import * as tf from '@tensorflow/tfjs-core';

export function relativisticLosses(
  realLogits: tf.Tensor,
  fakeLogits: tf.Tensor,
): { discriminator: tf.Tensor; generator: tf.Tensor } {
  return tf.tidy(() => {
    const gap = tf.sub(realLogits, fakeLogits);
    return { discriminator: tf.mean(tf.softplus(tf.neg(gap))), generator: tf.mean(tf.softplus(gap)) };
  });
}
