import * as tf from '@tensorflow/tfjs-core';

/** alphaBar at the times [steps + 1], and beta of the steps between them [steps]. */
export function cosineSchedule(times: tf.Tensor, offset: tf.Tensor): { alphaBar: tf.Tensor; beta: tf.Tensor } {
  const alphaBar = tf.exp(tf.sub(offset, times)); // replace these lines
  return { alphaBar, beta: tf.slice(alphaBar, 1) };
}
