import * as tf from '@tensorflow/tfjs-core';

/** The logits [values] after one step of gradient descent on the mean of -log p of x, int32 [batch]. */
export function histogramUpdate(logits: tf.Tensor1D, x: tf.Tensor1D): tf.Tensor {
  return tf.add(logits, tf.mean(x)); // replace this line
}
