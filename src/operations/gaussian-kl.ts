import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { customGradient } from '../gradients/custom-gradient.js';
import { GAUSSIAN_KL_GRADIENT_KERNEL, GAUSSIAN_KL_KERNEL } from '../tensor/own-kernels.js';
import { rowSums } from './of-each-row.js';

/**
 * KL(N(m, exp(l)) || N(0, 1)) = 1/2 (exp(l) - 1 - l + m^2), summed over axes that are kept with size 1, in nats.
 *
 * Its gradients, m and (exp(l) - 1) / 2, are given in closed form, in few kernels. exp(l) - 1 is computed by expm1, which
 * stays accurate where the divergence is small.
 */
export function summedGaussianKl(mean: Tensor, logVariance: Tensor, axes: number[]): Tensor {
  const kernel = { value: GAUSSIAN_KL_KERNEL, gradient: GAUSSIAN_KL_GRADIENT_KERNEL };
  const inOneKernel = rowSums(kernel, { mean, logVariance }, axes);
  return customGradient(
    // the last one is differentiated after the first: half of dy is computed before its numbers are on a GPU
    [logVariance, mean],
    () => {
      if (inOneKernel) return [inOneKernel.value(), [logVariance, mean]];
      const terms = tf.add(tf.sub(tf.expm1(logVariance), logVariance), tf.square(mean));
      return [tf.mul(0.5, tf.sum(terms, axes, true)), [logVariance, mean]];
    },
    (dy, [l, m]) => {
      const made = inOneKernel?.gradient<[Tensor, Tensor]>(dy);
      return [() => made?.[1] ?? tf.mul(tf.mul(0.5, dy), tf.expm1(l!)), () => made?.[0] ?? tf.mul(dy, m!)];
    },
  );
}
