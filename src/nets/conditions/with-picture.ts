import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkExamples, checkFloat, checkInteger, checkResult } from '../../tensor/checks.js';
import { madeBy, note } from '../../tensor/made-by.js';
import { readOptions } from '../../tensor/options.js';
import { checkNetwork } from '../check-network.js';
import { classesOf } from '../classes-of.js';
import { joinNetworks } from '../layer.js';
import type { ApplyOptions, Network } from '../network.js';
import { checkName, needed } from './conditioning.js';

/** Options of {@link withPicture}. */
export interface WithPictureOptions {
  /** Channels of the condition. */
  readonly channels: number;
  /** Which of `options.conditions` is read; by default it is `options.condition`, which the network then does not get. */
  readonly name?: string | undefined;
}

/**
 * Shows a condition to a network together with its input, as more channels: a grey picture to be coloured, a small one to be sharpened, a part
 * to be completed.
 *
 * The network gets the input and the condition, concatenated along the last axis. The output is the network's first channels, as many as
 * the input has; or all of them, if there are fewer than the two together have.
 *
 * A network from maps to maps of the same channels, such as {@link unet}, has outputs for the condition as well: these are left out. A
 * condition of zeros means none, so pictures should have a mean near zero.
 *
 * @param network - from `[batch, ..., c + channels]`
 * @param options - see {@link WithPictureOptions}
 * @returns a network that owns the given one; `apply` reads the condition, float32 `[batch, ..., channels]`, as large as the input
 * @throws TypeError or RangeError if an argument is wrong; `apply` throws TypeError without the condition, and ShapeError unless it fits
 * the input
 * @example
 * ```ts
 * const body = unet({ channels: 3 + 1, widths: [8, 16], classes: 9, random: createRandom(1) });
 * const network = withPicture(body, { channels: 1, name: 'grey' });
 * const condition = tf.tensor1d([3, 8], 'int32');
 * const conditions = { grey: tf.zeros([2, 16, 16, 1]) };
 * const timesteps = tf.tensor1d([0, 999], 'int32');
 * network.apply(tf.zeros([2, 16, 16, 3]), { condition, conditions, timesteps }).shape; // [2, 16, 16, 3]
 * ```
 * @see Saharia et al. 2022, https://arxiv.org/abs/2104.07636
 */
export function withPicture(network: Network, options: WithPictureOptions): Network {
  const where = 'withPicture';
  checkNetwork(where, 'network', network);
  const read = readOptions(where, options, {
    channels: checkInteger,
    name: { is: checkName, default: undefined },
  });
  const { channels, name } = read;
  const apply = (input: Tensor, given: ApplyOptions): Tensor => {
    checkExamples(where, 'input', input);
    const beside = needed(where, given, 'condition', name);
    const places = input.shape.slice(0, -1);
    const argument = name === undefined ? 'options.condition' : `options.conditions.${name}`;
    checkFloat(where, argument, beside, [...places, channels], 'It is as large as the input.');
    const output = network.apply(
      tf.concat([input, beside], -1),
      name === undefined ? { ...given, condition: undefined } : given,
    );
    checkResult(where, 'network output', output);
    const own = input.shape.at(-1)!;
    if (output.shape.at(-1) !== own + channels || output.rank !== input.rank) return output;
    return tf.slice(output, new Array<number>(input.rank).fill(0), [...output.shape.slice(0, -1), own]);
  };
  const made = joinNetworks([network], apply, [name === undefined ? undefined : classesOf(network)]);
  return madeBy(where, read, note(made, { reads: name === undefined ? {} : { [name]: undefined } }));
}
