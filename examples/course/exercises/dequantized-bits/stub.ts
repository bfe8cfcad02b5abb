import * as tf from '@tensorflow/tfjs-core';
type T = tf.Tensor;

/** A bound on the bits per dimension [batch] of pixels from 0 to 255 [batch, dimensions], from one draw of noise. */
export function dequantizedBits(pixels: T, noise: T, logDensity: (y: T) => T): T {
  return logDensity(tf.div(tf.mul(pixels, noise), 100)); // replace this line
}
