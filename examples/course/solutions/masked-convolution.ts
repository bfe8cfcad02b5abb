import * as tf from '@tensorflow/tfjs-core';

export function maskedConvolution(x: tf.Tensor4D, kernel: tf.Tensor4D): { first: tf.Tensor; later: tf.Tensor } {
  return tf.tidy(() => {
    const size = kernel.shape[0];
    // the index of each weight in the order of reading, and of the middle one
    const index = tf.reshape(tf.range(0, size * size), [size, size, 1, 1]);
    const middle = (size * size - 1) / 2;
    const convolve = (kept: tf.Tensor): tf.Tensor =>
      tf.conv2d(x, tf.mul<tf.Tensor4D>(kernel, tf.cast(kept, 'float32')), 1, 'same');
    return { first: convolve(tf.less(index, middle)), later: convolve(tf.lessEqual(index, middle)) };
  });
}
