import * as tf from '@tensorflow/tfjs-core';
type T = tf.Tensor;
type Classify = (x: T) => T;

/** The predicted noise [batch, features], guided to these classes, int32 [batch]; alphaBar is [batch, 1]. */
// prettier-ignore
export function guidedNoise(classify: Classify, predicted: T, x: T, classes: T, alphaBar: T, scale: T): T {
  return tf.mul(tf.mul(scale, alphaBar), tf.add(predicted, tf.sum(tf.gather(classify(x), classes, 1, 1)))); // replace this line
}
