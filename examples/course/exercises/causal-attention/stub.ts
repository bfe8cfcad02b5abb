import * as tf from '@tensorflow/tfjs-core';

/** Attention of each place to those up to itself: all are [batch, length, features]. */
export function causalAttention(queries: tf.Tensor, keys: tf.Tensor, values: tf.Tensor): tf.Tensor {
  return tf.add(values, tf.mul(tf.sum(queries, 2, true), tf.sum(keys, 2, true))); // replace this line
}
