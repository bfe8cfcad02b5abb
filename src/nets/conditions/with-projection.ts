import * as tf from '@tensorflow/tfjs-core';
import { checkFloat, checkResult } from '../../tensor/checks.js';
import type { Network } from '../network.js';
import { conditioned, labelsFor } from './conditioning.js';

/**
 * Makes the head of a discriminator conditional by adding the projection of its features on a vector for the condition.
 *
 * logit = head(features) + sum_j labels(condition)_j * features_j
 *
 * `apply` receives the condition as `options.condition`; see {@link withCondition} for `labels`. Put this head after the layers
 * that compute the features: `sequential([...layers, withProjection(head, labels)])`. The label -1 adds nothing.
 *
 * @param head - from features `[batch, n]` to `[batch, 1]`
 * @param labels - from the condition to `[batch, n]`
 * @returns a network that owns both: variables of `head` first, then those of `labels`
 * @throws TypeError if an argument is not a network; `apply` throws TypeError without `options.condition`, ShapeError unless
 * its input is `[batch, n]` and so is the output of `labels`
 * @example
 * ```ts
 * const random = createRandom(1);
 * const head = dense({ inputs: 8, units: 1, random: random.fork('head') });
 * const network = withProjection(head, embedding({ classes: 10, size: 8, random: random.fork('labels') }));
 * network.apply(tf.zeros([2, 8]), { condition: tf.tensor1d([3, -1], 'int32') }).shape; // [2, 1]
 * ```
 * @see https://arxiv.org/abs/1802.05637 Miyato and Koyama 2018, equation 3
 */
export function withProjection(head: Network, labels: Network): Network {
  const where = 'withProjection';
  return conditioned(where, 'head', head, labels, (input, options) => {
    checkFloat(where, 'input', input, [null, null], 'Apply flatten() to maps first.');
    const vectors = labelsFor(where, labels, input, options, input.shape[1]);
    const logits = head.apply(input, options);
    checkResult(where, 'head.apply(input)', logits, [input.shape[0], 1]);
    return tf.add(logits, tf.sum(tf.mul(vectors, input), 1, true));
  });
}
