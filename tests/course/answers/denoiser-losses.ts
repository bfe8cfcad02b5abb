import * as tf from '@tensorflow/tfjs-core';
import type { Answers } from './answers.js';

type T = tf.Tensor;
type Denoiser = (xt: T) => T;

/** The three losses of a velocity at a level: `reduce` makes a loss of an error, `sign` is that of the target. */
function losses(denoise: Denoiser, x: T, e: T, bar: T, reduce: (error: T) => T, sign = 1) {
  const [alpha, sigma] = [tf.sqrt(bar), tf.sqrt(tf.sub(1, bar))];
  const xt = tf.add(tf.mul(alpha, x), tf.mul(sigma, e));
  const v = denoise(xt);
  return {
    velocity: reduce(tf.sub(v, tf.mul(sign, tf.sub(tf.mul(alpha, e), tf.mul(sigma, x))))),
    sample: reduce(tf.sub(tf.sub(tf.mul(alpha, xt), tf.mul(sigma, v)), x)),
    noise: reduce(tf.sub(tf.add(tf.mul(sigma, xt), tf.mul(alpha, v)), e)),
  };
}

export const answers: Answers = {
  right: {
    'with squares': (d: Denoiser, x: T, e: T, bar: T) =>
      tf.tidy(() => losses(d, x, e, bar, (error) => tf.mean(tf.square(error)))),
    'with products': (d: Denoiser, x: T, e: T, bar: T) =>
      tf.tidy(() => losses(d, x, e, bar, (error) => tf.div(tf.sum(tf.mul(error, error)), error.size))),
    'mean by mean': (d: Denoiser, x: T, e: T, bar: T) =>
      tf.tidy(() => losses(d, x, e, bar, (error) => tf.mean(tf.mean(tf.pow(error, 2), 1)))),
    // each error is a multiple of the velocity's
    'from one error': (d: Denoiser, x: T, e: T, bar: T) =>
      tf.tidy(() => {
        const [alpha, sigma] = [tf.sqrt(bar), tf.sqrt(tf.sub(1, bar))];
        const v = d(tf.add(tf.mul(alpha, x), tf.mul(sigma, e)));
        const error = tf.squaredDifference(v, tf.sub(tf.mul(alpha, e), tf.mul(sigma, x)));
        return {
          velocity: tf.mean(error),
          sample: tf.mean(tf.mul(tf.sub(1, bar), error)),
          noise: tf.mean(tf.mul(bar, error)),
        };
      }),
  },
  wrong: {
    sums: [
      (d: Denoiser, x: T, e: T, bar: T) => losses(d, x, e, bar, (error) => tf.sum(tf.square(error))),
      ['sumOverAll'],
    ],
    magnitudes: [
      (d: Denoiser, x: T, e: T, bar: T) => losses(d, x, e, bar, (error) => tf.mean(tf.abs(error))),
      ['magnitudes'],
    ],
    'roots, and the sign of the target': [
      (d: Denoiser, x: T, e: T, bar: T) => losses(d, x, e, bar, (error) => tf.sqrt(tf.mean(tf.square(error))), -1),
      ['targetSign', 'noRootOfMean'],
    ],
    'half of the squares': [
      (d: Denoiser, x: T, e: T, bar: T) => losses(d, x, e, bar, (error) => tf.div(tf.mean(tf.square(error)), 2)),
      ['halved'],
    ],
  },
};
