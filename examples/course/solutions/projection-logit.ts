import * as tf from '@tensorflow/tfjs-core';
type T = tf.Tensor;

export function projectionLogit(features: T, classes: T, weights: T, bias: T, table: T): T {
  return tf.tidy(() => {
    const shared = tf.add(tf.matMul(features, weights), bias);
    const rows = tf.gather(table, classes);
    return tf.add(shared, tf.sum(tf.mul(features, rows), 1, true));
  });
}
