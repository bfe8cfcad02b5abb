import { scaleAndShift } from '../../operations/scale-and-shift.js';
import type { Network } from '../network.js';
import { conditioned, labelsFor } from './conditioning.js';

/**
 * Makes a network conditional by scaling and shifting each channel of its output according to the condition.
 *
 * output = body(input) * (1 + scale) + shift, [scale, shift] = labels(condition); the same at each position
 *
 * `apply` receives the condition as `options.condition`; see {@link withCondition} for `labels`. After a norm this is the
 * conditional norm of BigGAN and of diffusion models (FiLM).
 *
 * @param body - a network with the output `[batch, ..., c]`
 * @param labels - from the condition to `[batch, 2 * c]`, all scales first, then all shifts
 * @returns a network that owns both: variables of `body` first, then those of `labels`
 * @throws TypeError if an argument is not a network; `apply` throws TypeError without `options.condition`, ShapeError unless
 * the output of `labels` is `[batch, 2 * c]`
 * @example
 * ```ts
 * const labels = embedding({ classes: 10, size: 2 * 8, random: createRandom(1) });
 * const norm = withScaleAndShift(groupNorm({ inputs: 8 }), labels);
 * norm.apply(tf.zeros([2, 7, 7, 8]), { condition: tf.tensor1d([3, 1], 'int32') }).shape; // [2, 7, 7, 8]
 * ```
 * @see https://arxiv.org/abs/1709.07871 Perez et al. 2018
 */
export function withScaleAndShift(body: Network, labels: Network): Network {
  const where = 'withScaleAndShift';
  return conditioned(where, 'body', body, labels, (input, options) => {
    const features = body.apply(input, options);
    const vectors = labelsFor(where, labels, features, options, 2 * features.shape.at(-1)!);
    return scaleAndShift(features, vectors);
  });
}
