import * as tf from '@tensorflow/tfjs-core';

/** Converts a denoiser's numbers in [-1, 1], which it disposes, to pixels in [0, 1]. */
export function toPixels(x: tf.Tensor): tf.Tensor {
  const pixels = tf.tidy(() => tf.clipByValue(tf.div(tf.add(x, 1), 2), 0, 1));
  x.dispose();
  return pixels;
}

/** Converts pixels in [0, 1] to a denoiser's numbers. */
export function fromPixels(pixels: tf.Tensor): tf.Tensor {
  return tf.tidy(() => tf.sub(tf.mul(2, pixels), 1));
}
