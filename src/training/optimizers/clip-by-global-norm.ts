import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkFloat, checkNumber } from '../../tensor/checks.js';
import { ownOperation } from '../../tensor/own-kernels.js';
import { checkList } from './check-variables.js';
import { sumOf } from './guard.js';

/** What a backend may have in place of {@link clipByGlobalNorm}; undefined where a tape records it. */
export type OwnClip = (gradients: readonly Tensor[], norm: number) => Tensor[] | undefined;

/**
 * Scales gradients so that their common L2 norm is at most `norm`.
 *
 * g_i = g_i * norm / max(norm, sqrt(sum_i |g_i|^2))
 *
 * @param gradients - at least one tensor, of any shapes; not disposed
 * @param norm - above 0
 * @returns tensors of the same shapes; the caller disposes them
 * @throws TypeError or RangeError if an argument is wrong
 * @remarks The norm may be any float32 number, even if its square is not one. Gradients that are not finite give NaN, and
 * an optimizer then skips the update.
 * @example
 * ```ts
 * const [clipped] = clipByGlobalNorm([tf.tensor1d([3, 4])], 1);
 * console.log(await clipped!.data()); // 0.6, 0.8
 * ```
 * @see Pascanu, Mikolov and Bengio 2013, algorithm 1, https://arxiv.org/abs/1211.5063
 */
export function clipByGlobalNorm(gradients: readonly Tensor[], norm: number): Tensor[] {
  const where = 'clipByGlobalNorm';
  checkList(where, 'gradients', gradients, 'tensor');
  gradients.forEach((gradient, i) => checkFloat(where, `gradients[${i}]`, gradient));
  checkNumber(where, 'norm', norm, { above: 0 });
  return tf.tidy(() => {
    const own = ownOperation<OwnClip>('Clip')?.(gradients, norm);
    if (own) return own;
    const squares = gradients.map((gradient) => tf.sum(tf.square(gradient)));
    const size = tf.sqrt(sumOf(squares));
    const scale = tf.div(norm, tf.maximum(norm, tf.where(tf.isFinite(size), size, sizeOfLarge(gradients))));
    return gradients.map((gradient) => tf.mul(gradient, scale));
  });
}

/** The global norm of gradients whose squares overflow. Scaling by a power of 2 changes no digit. */
function sizeOfLarge(gradients: readonly Tensor[]): Tensor {
  const row = tf.concat(gradients.map((gradient) => tf.reshape(gradient, [gradient.size])));
  return tf.mul(tf.sqrt(tf.sum(tf.square(tf.mul(row, 2 ** -70)))), 2 ** 70);
}
