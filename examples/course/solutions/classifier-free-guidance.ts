import * as tf from '@tensorflow/tfjs-core';
type T = tf.Tensor;

export function classifierFreeGuidance(
  predictNoise: (x: T, classes: T) => T,
  x: T,
  classes: T,
  none: number,
  scale: T,
): T {
  return tf.tidy(() => {
    const without = predictNoise(x, tf.fill(classes.shape, none, 'int32'));
    return tf.add(without, tf.mul(scale, tf.sub(predictNoise(x, classes), without)));
  });
}
