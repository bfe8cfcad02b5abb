import * as tf from '@tensorflow/tfjs-core';
import type { Tensor3D } from '@tensorflow/tfjs-core';
import { convolution } from '../../operations/convolution.js';
import type { RandomStream } from '../../random/stream.js';
import { checkInteger, checkSequences } from '../../tensor/checks.js';
import { wrongShape } from '../../tensor/errors.js';
import { checkActivated, createWeightedLayer } from '../layer.js';
import type { Activation, WeightedLayer } from '../network.js';
import { convolutionRules } from './conv2d.js';
import { weightsAndBiases } from './initial-weights.js';
import { readOptions, type Rules } from '../../tensor/options.js';
import { madeBy } from '../../tensor/made-by.js';

/** What {@link conv1d} is made of. */
export interface Conv1dOptions {
  /** Channels of the input. */
  readonly inputs: number;
  /** Channels of the output. */
  readonly filters: number;
  /** Steps that the kernel covers. */
  readonly kernelSize: number;
  /** How many steps the kernel moves at a time; default 1. */
  readonly strides?: number | undefined;
  /** `same` (the default): the output has ceil(steps / strides) steps; `valid`: the kernel stays inside the sequence. */
  readonly padding?: 'same' | 'valid' | undefined;
  /** Applied to each output; none by default. */
  readonly activation?: Activation | undefined;
  /** Where the initial weights come from: its fork `weights`. */
  readonly random: RandomStream;
}

/** The rules of the options of a convolution over sequences; a function, so that an app that does not use them drops them. */
export const sequenceRules = () =>
  ({
    ...convolutionRules,
    kernelSize: checkInteger,
    strides: { is: checkInteger, default: 1 },
  }) satisfies Rules<Conv1dOptions>;

/**
 * A convolution over sequences, from `[batch, steps, inputs]` to `[batch, steps', filters]`.
 *
 * output = activation(input * kernel + biases), with the kernel not flipped, and steps' = ceil(steps / strides) for the padding `same`
 * (zeros; if their number is odd, the extra one is at the end) or ceil((steps - kernelSize + 1) / strides) for `valid`
 *
 * It is {@link conv2d} over an image with one row, so every backend has its kernels. Initial weights and biases are uniform within
 * 1 / sqrt(kernelSize * inputs), as in PyTorch, from `random.fork('weights')` and `random.fork('biases')`. Variables: kernel
 * `[kernelSize, inputs, filters]`, biases `[filters]`.
 *
 * @param options - sizes, padding, activation and the source of the initial weights
 * @returns a network; the caller disposes it
 * @throws RangeError or TypeError if an option is wrong; `apply` throws ShapeError or TypeError unless its input is
 * float32 `[batch, steps, inputs]`
 * @example
 * ```ts
 * const layer = conv1d({ inputs: 3, filters: 16, kernelSize: 5, strides: 2, activation: relu, random: createRandom(1) });
 * layer.apply(tf.zeros([5, 31, 3])).shape; // [5, 16, 16]
 * ```
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Conv1d.html
 */
export function conv1d(options: Conv1dOptions): WeightedLayer {
  const where = 'conv1d';
  const read = readOptions(where, options, sequenceRules());
  const { inputs, filters, kernelSize, strides, padding, activation, random } = read;
  const fanIn = kernelSize * inputs;
  const variables = weightsAndBiases(filters, { shape: [kernelSize, inputs, filters], fanIn, random });
  const made = createWeightedLayer(variables, 2, ([kernel, biases], input) => {
    checkSequences(where, 'input', input, inputs);
    const [batch, steps] = (input as Tensor3D).shape;
    if (padding === 'valid' && steps < kernelSize) {
      const fix = `There must be at least the kernel's ${kernelSize} steps; the padding 'same' takes any number.`;
      throw wrongShape(where, 'input', [null, null, inputs], input.shape, fix);
    }
    return tf.tidy(() => {
      const row = tf.reshape(input, [batch, 1, steps, inputs]);
      const filter = tf.reshape(kernel!, [1, kernelSize, inputs, filters]);
      const output = convolution(row, filter, biases!, { strides: [1, strides], padding, activation });
      checkActivated(where, output, [batch, 1, null, filters]);
      return tf.reshape(output, [batch, output.shape[2]!, filters]);
    });
  });
  return madeBy(where, read, made);
}
