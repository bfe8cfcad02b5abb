import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { normalize } from '../../operations/normalize.js';
import { checkInteger, checkNumber } from '../../tensor/checks.js';
import { checkActivated, checkActivation, createLayer, makeAll } from '../layer.js';
import type { Read, Rules } from '../../tensor/options.js';
import type { Network } from '../network.js';
import { checkChannels, constantVariable } from './channels.js';
import type { LayerNormOptions } from './layer-norm.js';

/** The rules of the options that all norms share. The limit is 2^28: bundlers would keep a computed one although nothing uses it. */
export const normRules = {
  inputs: { is: checkInteger, most: 0x1000_0000 },
  activation: { is: checkActivation, default: undefined },
  epsilon: { is: checkNumber, default: 1e-5, above: 0 },
} satisfies Rules<LayerNormOptions>;

/** Which numbers are normalised together: the channels of one group in one example. A position may count as an example. */
export interface NormGroups {
  /** How many examples an input counts as. */
  readonly examples: (input: Tensor) => number;
  readonly groups: number;
}

/** Makes a norm that uses each example's own statistics. Variables: scale, ones, and offset, zeros, both `[inputs]`. */
export function normOfEachExample(
  where: string,
  { inputs, activation, epsilon }: Read<LayerNormOptions, typeof normRules>,
  { examples, groups }: NormGroups,
): Network {
  const [scale, offset] = makeAll([() => constantVariable(inputs, 1), () => constantVariable(inputs, 0)]);
  return createLayer([scale, offset], (input) => {
    checkChannels(where, input, inputs);
    return tf.tidy(() => {
      const normal = normalize(input, scale, offset, { examples: examples(input), groups, epsilon });
      return activation === undefined ? normal : checkActivated(where, activation(normal), input.shape);
    });
  });
}
