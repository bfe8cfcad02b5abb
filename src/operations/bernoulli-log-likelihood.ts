import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { customGradient } from '../gradients/custom-gradient.js';
import { BERNOULLI_GRADIENT_KERNEL, BERNOULLI_KERNEL } from '../tensor/own-kernels.js';
import { rowSums } from './of-each-row.js';

/**
 * sum_j ( x_j log sigmoid(l_j) + (1 - x_j) log(1 - sigmoid(l_j)) ), summed over axes that are kept with size 1, in nats.
 *
 * Computed as x l - max(l, 0) - softplus(-|l|), which stays accurate for large logits, where x l - softplus(l)
 * cancels. The gradient, x - sigmoid(l), is given in closed form: the derivative of max and |.| is wrong at l = 0, where
 * a network starts if its last layer is initially zero.
 */
export function bernoulliLogLikelihood(x: Tensor, logits: Tensor, axes: number[]): Tensor {
  const kernel = { value: BERNOULLI_KERNEL, gradient: BERNOULLI_GRADIENT_KERNEL };
  const inOneKernel = rowSums(kernel, { x, logits }, axes);
  return customGradient(
    [x, logits],
    () => {
      if (inOneKernel) return [inOneKernel.value(), [x, logits]];
      const large = tf.sub(tf.mul(x, logits), tf.relu(logits));
      const value = tf.sum(tf.sub(large, tf.softplus(tf.neg(tf.abs(logits)))), axes, true);
      return [value, [x, logits]];
    },
    (dy, [data, l]) => [
      () => tf.mul(dy, l!),
      () => inOneKernel?.gradient<Tensor>(dy) ?? tf.mul(dy, tf.sub(data!, tf.sigmoid(l!))),
    ],
  );
}
