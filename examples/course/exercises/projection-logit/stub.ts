import * as tf from '@tensorflow/tfjs-core';
type T = tf.Tensor;

/** The logits [batch, 1] of examples of these classes; the table has a row for each class. */
export function projectionLogit(features: T, classes: T, weights: T, bias: T, table: T): T {
  const shared = tf.matMul(features, weights); // replace these lines
  return tf.sub(tf.sub(tf.mul(shared, tf.mean(table)), bias), tf.mean(classes));
}
