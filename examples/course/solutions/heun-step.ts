import * as tf from '@tensorflow/tfjs-core';

export function heunStep(
  denoise: (x: tf.Tensor, sigma: number) => tf.Tensor,
  x: tf.Tensor,
  from: number,
  to: number,
): { step: tf.Tensor; last: tf.Tensor } {
  return tf.tidy(() => {
    const slope = (at: tf.Tensor, sigma: number): tf.Tensor => tf.div(tf.sub(at, denoise(at, sigma)), sigma);
    const first = slope(x, from);
    const second = slope(tf.add(x, tf.mul(to - from, first)), to);
    return {
      step: tf.add(x, tf.mul((to - from) / 2, tf.add(first, second))),
      last: tf.sub(x, tf.mul(from, first)),
    };
  });
}
