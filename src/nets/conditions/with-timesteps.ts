import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkSameShape } from '../../tensor/checks.js';
import { checkNetwork } from '../check-network.js';
import { joinNetworks } from '../layer.js';
import type { ApplyOptions, Network } from '../network.js';
import { labelsOf, needed } from './conditioning.js';
import { readOptions } from '../../tensor/options.js';
import { madeBy } from '../../tensor/made-by.js';
import { renameErrors } from '../../tensor/rename-errors.js';

/** The networks that map steps and labels to vectors, for {@link withTimesteps}. */
export interface WithTimestepsOptions {
  /** From int32 timesteps `[batch]` to `[batch, d]`; it starts with {@link timeEmbedding}. */
  readonly time: Network;
  /** From `options.condition` to `[batch, d]`; by default a condition is not used. */
  readonly labels?: Network | undefined;
}

/**
 * Makes one vector per example from the timesteps and the condition, and passes it to a network as its condition.
 *
 * output = body(input) with options.condition = time(timesteps) + labels(condition)
 *
 * So each {@link withCondition}, {@link withScaleAndShift} and {@link residualBlock} within `body` gets both. If no condition
 * is passed, nothing is added for the labels, as with -1 in an {@link embedding}.
 *
 * @param body - the network that gets the vector as its `options.condition`
 * @param options - see {@link WithTimestepsOptions}
 * @returns a network that owns all: variables of `body` first, then those of `time` and `labels`
 * @throws TypeError if an argument is not a network; `apply` throws TypeError without `options.timesteps`, ShapeError unless
 * `time` and `labels` have outputs of the same shape
 * @example
 * ```ts
 * const labels = dense({ inputs: 4, units: 3, random: createRandom(1) });
 * const body = withCondition(dense({ inputs: 2 + 3, units: 2, random: createRandom(2) }), labels);
 * const network = withTimesteps(body, { time: timeEmbedding({ size: 4 }) });
 * network.apply(tf.zeros([2, 2]), { timesteps: tf.tensor1d([0, 999], 'int32') }).shape; // [2, 2]
 * ```
 * @see https://arxiv.org/abs/2105.05233 Dhariwal and Nichol 2021, section 3
 */
export function withTimesteps(body: Network, options: WithTimestepsOptions): Network {
  const where = 'withTimesteps';
  checkNetwork(where, 'body', body);
  const { time, labels } = readOptions(where, options, {
    time: checkNetwork,
    labels: { is: checkNetwork, default: undefined },
  });
  const run = (input: Tensor, options: ApplyOptions): Tensor => {
    const timesteps = needed(where, options, 'timesteps');
    const { condition } = options;
    const steps = renameErrors(where, { 'options.timesteps': timesteps }, () => time.apply(timesteps, options));
    // an error about the number of vectors is one about that of timesteps
    const bodyFor = (vectors: Tensor): Tensor =>
      renameErrors(
        where,
        { 'options.timesteps': vectors },
        () => body.apply(input, { ...options, condition: vectors }),
        false,
      );
    if (labels === undefined || condition === undefined) return bodyFor(steps);
    const vectors = renameErrors(where, { 'options.condition': condition }, () => labels.apply(condition, options));
    checkSameShape(where, 'labels.apply(options.condition)', vectors, 'time.apply(options.timesteps)', steps);
    return bodyFor(tf.add(steps, vectors));
  };
  // the body's condition is then only the time
  if (labels === undefined) return madeBy('withTimesteps', {}, joinNetworks([body, time], run, []));
  return madeBy('withTimesteps', {}, joinNetworks([body, time, labels], run, [labelsOf(labels)]));
}
