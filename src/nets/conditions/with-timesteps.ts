import * as tf from '@tensorflow/tfjs-core';
import { checkSameShape } from '../../tensor/checks.js';
import { checkNetwork } from '../check-network.js';
import { joinNetworks } from '../layer.js';
import type { Network } from '../network.js';
import { needed } from './conditioning.js';

/** What turns steps and labels into vectors, for {@link withTimesteps}. */
export interface WithTimestepsOptions {
  /** From int32 timesteps `[batch]` to `[batch, d]`: begins with {@link timeEmbedding}. */
  readonly time: Network;
  /** From `options.condition` to `[batch, d]`; a condition is not used unless given. */
  readonly labels?: Network | undefined;
}

/**
 * Makes one vector per example of the timesteps and the condition, and hands it to a network as its condition.
 *
 * output = body(input) with options.condition = time(timesteps) + labels(condition)
 *
 * So each {@link withCondition}, {@link withScaleAndShift} and {@link residualBlock} within `body` is told both. Where no
 * condition is handed over there are no labels: as with -1 in an {@link embedding}, nothing is added.
 *
 * @param body - what takes the vector as its `options.condition`
 * @param options - see {@link WithTimestepsOptions}
 * @returns a network that owns all: variables of `body` first, then those of `time` and `labels`
 * @throws TypeError if one is no network; `apply` throws TypeError without `options.timesteps`, ShapeError unless `time` and
 * `labels` give the same shape
 * @example
 * ```ts
 * const labels = dense({ inputs: 4, units: 3, random: createRandom(1) });
 * const body = withCondition(dense({ inputs: 2 + 3, units: 2, random: createRandom(2) }), labels);
 * const network = withTimesteps(body, { time: timeEmbedding({ size: 4 }) });
 * network.apply(tf.zeros([2, 2]), { timesteps: tf.tensor1d([0, 999], 'int32') }).shape; // [2, 2]
 * ```
 * @see https://arxiv.org/abs/2105.05233 Dhariwal and Nichol 2021, section 3
 */
export function withTimesteps(body: Network, { time, labels }: WithTimestepsOptions): Network {
  const where = 'withTimesteps';
  checkNetwork(where, body, 'body');
  checkNetwork(where, time, 'time');
  if (labels !== undefined) checkNetwork(where, labels, 'labels');
  return joinNetworks(labels === undefined ? [body, time] : [body, time, labels], (input, options) => {
    const steps = time.apply(needed(where, options, 'timesteps'), options);
    if (labels === undefined || options.condition === undefined)
      return body.apply(input, { ...options, condition: steps });
    const vectors = labels.apply(options.condition, options);
    checkSameShape(where, 'labels.apply(options.condition)', vectors, 'time.apply(options.timesteps)', steps);
    return body.apply(input, { ...options, condition: tf.add(steps, vectors) });
  });
}
