import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

/**
 * Draws a class for each row: the first whose cumulative probability exceeds a uniform number. A class with the probability 0 is never drawn.
 *
 * The usual way, the largest of logit + Gumbel noise, cuts off the tails of the noise in float32, which is like a lower temperature.
 *
 * @param probabilities - float32 `[rows, classes]`, at least 0, up to a common factor
 * @param uniform - float32 `[rows]`, in [0, 1)
 * @returns int32 `[rows]`; -2 where the probabilities are not finite; to be called inside a tidy
 * @see Zheng et al. 2024, Masked Diffusion Models are Secretly Time-Agnostic Masked Models, section 4, https://arxiv.org/abs/2409.02908
 */
export function drawCategorical(probabilities: Tensor, uniform: Tensor): Tensor {
  const classes = probabilities.shape[1]!;
  const cumulated = tf.cumsum(probabilities, 1);
  const total = tf.slice(cumulated, [0, classes - 1], [-1, 1]);
  // below the total also after rounding, so that some class exceeds it
  const target = tf.mul(tf.mul(tf.reshape(uniform, [-1, 1]), 1 - 2 ** -22), total);
  const passed = tf.sum(tf.cast(tf.lessEqual(cumulated, target), 'int32'), 1);
  return tf.where(tf.isFinite(tf.reshape(total, [-1])), passed, tf.scalar(-2, 'int32'));
}
