import * as tf from '@tensorflow/tfjs-core';
type T = tf.Tensor;

export function dequantizedBits(pixels: T, noise: T, logDensity: (y: T) => T): T {
  return tf.tidy(() => {
    const dimensions = pixels.shape[1]!;
    const y = tf.div(tf.add(pixels, noise), 256);
    return tf.sub(8, tf.div(logDensity(y), dimensions * Math.LN2));
  });
}
