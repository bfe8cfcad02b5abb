import * as tf from '@tensorflow/tfjs-core';
type T = tf.Tensor;

export function finiteScalarQuantize(z: T, detach: (x: T) => T): T {
  return tf.tidy(() => {
    const bounded = tf.tanh(z);
    const level = tf.div(tf.round(tf.mul(2, bounded)), 2);
    return tf.add(bounded, detach(tf.sub(level, bounded)));
  });
}
