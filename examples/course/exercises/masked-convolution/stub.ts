import * as tf from '@tensorflow/tfjs-core';

/** What the first and a later layer of a PixelCNN compute: x is [batch, height, width, channels], kernel [size, size, channels, features]. */
export function maskedConvolution(x: tf.Tensor4D, kernel: tf.Tensor4D): { first: tf.Tensor; later: tf.Tensor } {
  const all = tf.conv2d(x, tf.abs(kernel), 1, 'same'); // replace these lines
  return { first: all, later: tf.clone(all) };
}
