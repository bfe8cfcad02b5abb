import { checkInteger } from '../../tensor/checks.js';
import { outOfRange } from '../../tensor/errors.js';
import type { Activation, Network } from '../network.js';
import { normOfEachExample, normRules } from './norm-of-each-example.js';
import { readOptions } from '../../tensor/options.js';
import { madeBy, named } from '../../tensor/made-by.js';

/** What {@link groupNorm} is made of. */
export interface GroupNormOptions {
  /** Channels of the input and of the output. */
  readonly inputs: number;
  /** Number of groups of consecutive channels; default 8. It must divide the inputs. */
  readonly groups?: number | undefined;
  /** Applied to each output; none by default. */
  readonly activation?: Activation | undefined;
  /** Added to the variance, above 0; default 1e-5. */
  readonly epsilon?: number | undefined;
}

/** The rule of an option for the number of groups. */
export const groupsRule = { is: checkInteger, default: 8 } as const;

/**
 * Group normalisation of `[batch, ..., inputs]`: each example by itself, so training and inference are the same.
 *
 * output = activation(scale * (input - mean) / sqrt(variance + epsilon) + offset), with the mean and biased variance of each
 * example over all positions and the channels of a group
 *
 * Variables: scale `[inputs]`, ones, and offset `[inputs]`, zeros. With `groups: inputs` this is instance normalisation.
 *
 * @param options - the channels, the groups and the activation
 * @returns a network; the caller disposes it
 * @throws RangeError or TypeError if a number is out of range or the groups do not divide the channels; `apply` throws
 * ShapeError or TypeError unless its input is float32 `[batch, ..., inputs]`
 * @example
 * ```ts
 * const layer = groupNorm({ inputs: 32, groups: 4, activation: swish });
 * layer.apply(tf.ones([5, 7, 7, 32])).shape; // [5, 7, 7, 32]
 * ```
 * @see https://arxiv.org/abs/1803.08494 Wu and He 2018
 */
export const groupNorm = /* @__PURE__ */ named('groupNorm', function groupNorm(options: GroupNormOptions): Network {
  const where = 'groupNorm';
  const read = readOptions(where, options, {
    inputs: normRules.inputs,
    groups: groupsRule,
    activation: normRules.activation,
    epsilon: normRules.epsilon,
  });
  const { inputs, groups } = read;
  if (inputs % groups !== 0) {
    throw outOfRange(where, 'groups', `must divide the inputs, ${inputs}`, {
      got: groups,
      fix: 'The default is 8 groups.',
    });
  }
  return madeBy(where, read, normOfEachExample(where, read, { examples: ({ shape }) => shape[0], groups }));
});
