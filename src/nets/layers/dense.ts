import * as tf from '@tensorflow/tfjs-core';
import { denseProduct } from '../../operations/dense.js';
import { checkRandom } from '../../random/check-random.js';
import type { RandomStream } from '../../random/stream.js';
import { checkInteger } from '../../tensor/checks.js';
import { checkActivated, checkActivation, createWeightedLayer } from '../layer.js';
import type { Activation, WeightedLayer } from '../network.js';
import { checkVectors } from './channels.js';
import { weightsAndBiases } from './initial-weights.js';
import { readOptions } from '../../tensor/options.js';
import { madeBy } from '../../tensor/made-by.js';

/** What {@link dense} is made of. */
export interface DenseOptions {
  /** Numbers per example of the input. */
  readonly inputs: number;
  /** Numbers per example of the output. */
  readonly units: number;
  /** Applied to each output; none by default. */
  readonly activation?: Activation | undefined;
  /** Where the initial weights come from: its fork `weights`. */
  readonly random: RandomStream;
}

/**
 * A fully connected layer, from `[batch, ..., inputs]` to `[batch, ..., units]`: each vector on the last axis by itself.
 *
 * output = activation(input * weights + biases)
 *
 * Initial weights and biases are uniform within 1 / sqrt(inputs), as in PyTorch, from `random.fork('weights')` and
 * `random.fork('biases')`. Variables: weights `[inputs, units]`, biases `[units]`.
 *
 * @param options - the sizes, the activation and the source of the initial weights
 * @returns a network; the caller disposes it
 * @throws RangeError or TypeError if a size is not a positive integer, the activation not a function or `random` not a stream;
 * `apply` throws ShapeError or TypeError unless its input is float32 `[batch, ..., inputs]`
 * @remarks It does not flatten images and maps: apply {@link flatten} first.
 * @example
 * ```ts
 * const layer = dense({ inputs: 784, units: 20, activation: relu, random: createRandom(1) });
 * layer.apply(tf.zeros([5, 784])).shape; // [5, 20]
 * ```
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.Linear.html for the initial weights
 */
export function dense(options: DenseOptions): WeightedLayer {
  const read = readOptions('dense', options, {
    inputs: checkInteger,
    units: checkInteger,
    activation: { is: checkActivation, default: undefined },
    random: checkRandom,
  });
  const { inputs, units, activation, random } = read;
  const variables = weightsAndBiases(units, { shape: [inputs, units], fanIn: inputs, random });
  const made = createWeightedLayer(variables, 1, ([weights, biases], input) => {
    checkVectors('dense', input, inputs);
    return tf.tidy(() => {
      const output = denseProduct(input, weights!, biases!, activation);
      return checkActivated('dense', output, [...input.shape.slice(0, -1), units]);
    });
  });
  return madeBy('dense', read, made);
}
