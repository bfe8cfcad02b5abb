import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

/** `[1]`: 1 if some number is outside [0, 1], where probabilities lie but logits do not stay. */
export function beyondUnit(x: Tensor): Tensor {
  return tf.reshape(tf.cast(tf.greater(tf.max(tf.abs(tf.sub(x, 0.5))), 0.5), 'float32'), [1]);
}
