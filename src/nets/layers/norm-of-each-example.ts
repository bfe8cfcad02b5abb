import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { normalize } from '../../operations/normalize.js';
import { checkInteger, checkNumber } from '../../tensor/checks.js';
import { checkActivation, createLayer, makeAll } from '../layer.js';
import type { Activation, Network } from '../network.js';
import { checkChannels, constantVariable } from './channels.js';

/** The options shared by norms that keep no statistics. */
export interface NormOptions {
  readonly inputs: number;
  readonly activation?: Activation | undefined;
  readonly epsilon?: number | undefined;
}

/** Which numbers are normalised together: the channels of one group in one example. A position may count as an example. */
export interface NormGroups {
  /** How many examples an input counts as. */
  readonly examples: (input: Tensor) => number;
  readonly groups: number;
}

/** Makes a norm that uses each example's own statistics. Variables: scale, ones, and offset, zeros, both `[inputs]`. */
export function normOfEachExample(
  where: string,
  { inputs, activation, epsilon = 1e-5 }: NormOptions,
  { examples, groups }: NormGroups,
): Network {
  checkInteger(where, 'inputs', inputs);
  checkActivation(where, activation);
  checkNumber(where, 'epsilon', epsilon, { above: 0 });
  const [scale, offset] = makeAll([() => constantVariable(inputs, 1), () => constantVariable(inputs, 0)]);
  return createLayer([scale, offset], (input) => {
    checkChannels(where, input, inputs);
    return tf.tidy(() => {
      const normal = normalize(input, scale, offset, { examples: examples(input), groups, epsilon });
      return activation === undefined ? normal : activation(normal);
    });
  });
}
