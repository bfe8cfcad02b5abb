import * as tf from '@tensorflow/tfjs-core';

export function cosineSchedule(times: tf.Tensor, offset: tf.Tensor): { alphaBar: tf.Tensor; beta: tf.Tensor } {
  return tf.tidy(() => {
    const f = tf.square(tf.cos(tf.mul(tf.div(tf.add(times, offset), tf.add(1, offset)), Math.PI / 2)));
    const steps = times.size - 1;
    const alphaBar = tf.div(f, tf.slice(f, 0, 1));
    const ratio = tf.div(tf.slice(alphaBar, 1, steps), tf.slice(alphaBar, 0, steps));
    return { alphaBar, beta: tf.minimum(tf.sub(1, ratio), 0.999) };
  });
}
