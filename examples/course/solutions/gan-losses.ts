import * as tf from '@tensorflow/tfjs-core';

export function ganLosses(
  realLogits: tf.Tensor,
  fakeLogits: tf.Tensor,
): { discriminator: tf.Tensor; minimax: tf.Tensor; nonSaturating: tf.Tensor } {
  return tf.tidy(() => {
    const fakesAsFakes = tf.mean(tf.softplus(fakeLogits));
    return {
      discriminator: tf.add(tf.mean(tf.softplus(tf.neg(realLogits))), fakesAsFakes),
      minimax: tf.neg(fakesAsFakes),
      nonSaturating: tf.mean(tf.softplus(tf.neg(fakeLogits))),
    };
  });
}
