import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkExamples, checkFloat, checkResult, checkShape } from '../../tensor/checks.js';
import { wrongKind } from '../../tensor/errors.js';
import { renameErrors } from '../../tensor/rename-errors.js';
import { madeBy } from '../../tensor/made-by.js';
import { checkNetwork } from '../check-network.js';
import { joinNetworks } from '../layer.js';
import type { ApplyOptions, Network } from '../network.js';
import { repeatExamples } from '../repeat-examples.js';

/**
 * Joins what two networks compute, one from data and one from the blocks of latents above: the start of a network q(z_i | x, z_1, ...,
 * z_(i-1)) of {@link createHierarchicalEncoder}.
 *
 * output = [data(input), above(options.latents)], concatenated along the last axis
 *
 * The latents may have several rows per example, `[samples * batch, d]` with one row of each example in turn. Then `data` runs once
 * per example, and its output is repeated.
 *
 * @param data - from the input to `[batch, n]`
 * @param above - from `options.latents`, all blocks above side by side, `[rows, d]`, to `[rows, m]`
 * @returns a network with the output `[rows, n + m]` that owns both: variables of `data` first, then those of `above`
 * @throws TypeError if an argument is not a network; `apply` throws TypeError without `options.latents`, {@link ShapeError} unless it has
 * the same number of rows for each example
 * @example
 * ```ts
 * const random = createRandom(1);
 * const both = concatLatents(
 *   dense({ inputs: 784, units: 5, random: random.fork('data') }),
 *   dense({ inputs: 2, units: 3, random: random.fork('above') }),
 * );
 * both.apply(tf.zeros([4, 784]), { latents: tf.zeros([3 * 4, 2]) }).shape; // [12, 8]
 * ```
 * @see https://arxiv.org/abs/1705.07120 Tomczak and Welling 2018, section 4, where both are gated layers
 */
export function concatLatents(data: Network, above: Network): Network {
  const where = 'concatLatents';
  checkNetwork(where, 'data', data);
  checkNetwork(where, 'above', above);
  const run = (input: Tensor, options: ApplyOptions): Tensor => {
    checkExamples(where, 'input', input);
    const latents = latentsOf(where, options);
    const [batch, rows] = [input.shape[0], latents.shape[0]];
    const samples = rows === batch ? 1 : rows / batch;
    if (!Number.isInteger(samples) || samples === 0) {
      checkShape(where, 'options.latents', latents, [batch, null], 'Pass the same number of rows for each example.');
    }
    const { condition } = options;
    const left = data.apply(input, options);
    const ofRows = { ...options, condition: condition && repeatExamples(condition, samples) };
    const right = renameErrors(where, { 'options.latents': latents }, () => above.apply(latents, ofRows));
    checkVectors(where, 'data.apply(input)', left, batch);
    checkVectors(where, 'above.apply(options.latents)', right, rows);
    return tf.concat([repeatExamples(left, samples), right], 1);
  };
  return madeBy(where, {}, joinNetworks([data, above], run));
}

function latentsOf(where: string, { latents }: ApplyOptions): Tensor {
  if (latents !== undefined) {
    checkFloat(where, 'options.latents', latents, [null, null], 'It holds one row of latents per example.');
    return latents;
  }
  throw wrongKind(where, 'options.latents', 'must be a tensor', {
    got: latents,
    fix: 'A hierarchical encoder passes it, to every network but the first.',
  });
}

function checkVectors(where: string, argument: string, output: Tensor, rows: number): void {
  checkResult(where, argument, output, [rows, null], 'End the network with flatten() if it computes maps.');
}
