import * as tf from '@tensorflow/tfjs-core';

export function causalAttention(queries: tf.Tensor, keys: tf.Tensor, values: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const [, length, features] = queries.shape as [number, number, number];
    const scores = tf.div(tf.matMul(queries, keys, false, true), Math.sqrt(features));
    const places = tf.range(0, length);
    const isPast = tf.lessEqual(tf.expandDims(places, 0), tf.expandDims(places, 1));
    const weights = tf.softmax(tf.where(isPast, scores, tf.fill(scores.shape, -1e9)));
    return tf.matMul(weights, values);
  });
}
