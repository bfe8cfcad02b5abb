import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { customGradient } from '../gradients/custom-gradient.js';

/**
 * KL(N(m, exp(l)) || N(0, 1)) = 1/2 (exp(l) - 1 - l + m^2), summed over axes that are kept with size 1, in nats.
 *
 * Its gradients, m and (exp(l) - 1) / 2, are given in closed form, in few kernels. exp(l) - 1 is computed by expm1, which
 * stays accurate where the divergence is small.
 */
export function summedGaussianKl(mean: Tensor, logVariance: Tensor, axes: number[]): Tensor {
  return customGradient(
    // the last one is differentiated after the first: half of dy is computed before its numbers are on a GPU
    [logVariance, mean],
    () => {
      const terms = tf.add(tf.sub(tf.expm1(logVariance), logVariance), tf.square(mean));
      return [tf.mul(0.5, tf.sum(terms, axes, true)), [logVariance, mean]];
    },
    (dy, [l, m]) => [() => tf.mul(tf.mul(0.5, dy), tf.expm1(l!)), () => tf.mul(dy, m!)],
    ['GaussianKl', { axes }],
  );
}
