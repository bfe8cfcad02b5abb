import * as tf from '@tensorflow/tfjs-core';
import { checkFloat, checkInteger, checkShape } from '../tensor/checks.js';
import { checkRandom } from '../random/check-random.js';
import type { RandomStream } from '../random/stream.js';
import { glorotUniform, zeroBiases } from './initial-weights.js';
import { checkActivation, createLayer, makeAll } from './layer.js';
import type { Activation, Network } from './network.js';

/** What {@link dense} is made of. */
export interface DenseOptions {
  /** Numbers per example that come in. */
  readonly inputs: number;
  /** Numbers per example that go out. */
  readonly units: number;
  /** Applied to each number that goes out; none unless given. */
  readonly activation?: Activation | undefined;
  /** Where the initial weights come from: its fork `weights`. */
  readonly random: RandomStream;
}

/**
 * A fully connected layer, from `[batch, inputs]` to `[batch, units]`.
 *
 * output = activation(input * weights + biases)
 *
 * Initial weights are Glorot uniform from `random.fork('weights')`, biases zero. Variables: weights `[inputs, units]`,
 * biases `[units]`.
 *
 * @param options - the sizes, the activation and the source of the initial weights
 * @returns a network; the caller disposes it
 * @throws RangeError or TypeError if a size is not a positive integer, the activation no function or random no stream;
 * `apply` throws ShapeError or TypeError unless its input is float32 `[batch, inputs]`
 * @example
 * ```ts
 * const layer = dense({ inputs: 784, units: 20, activation: relu, random: createRandom(1) });
 * layer.apply(tf.zeros([5, 784])).shape; // [5, 20]
 * ```
 * @see https://proceedings.mlr.press/v9/glorot10a.html Glorot and Bengio 2010, equation 16, for the initial weights
 */
export function dense({ inputs, units, activation, random }: DenseOptions): Network {
  checkInteger('dense', 'inputs', inputs);
  checkInteger('dense', 'units', units);
  checkActivation('dense', activation);
  checkRandom('dense', 'random', random);
  const [weights, biases] = makeAll([
    () => glorotUniform({ shape: [inputs, units], fanIn: inputs, fanOut: units, random }),
    () => zeroBiases(units),
  ]);
  return createLayer([weights, biases], (input) => {
    checkFloat('dense', 'input', input);
    checkShape('dense', 'input', input, [null, inputs], 'Images and maps go through flatten() first.');
    return tf.tidy(() => {
      const sums = tf.add(tf.matMul(input as tf.Tensor2D, weights as tf.Tensor), biases);
      return activation === undefined ? sums : activation(sums);
    });
  });
}
