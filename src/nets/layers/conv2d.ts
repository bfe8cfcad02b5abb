import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { convolution } from '../../operations/convolution.js';
import { checkRandom } from '../../random/check-random.js';
import type { RandomStream } from '../../random/stream.js';
import { checkImages, checkInteger, checkWord } from '../../tensor/checks.js';
import { wrongShape } from '../../tensor/errors.js';
import { checkActivated, checkActivation, createWeightedLayer } from '../layer.js';
import type { Activation, WeightedLayer } from '../network.js';
import { weightsAndBiases } from './initial-weights.js';
import { checkPair, pairOf } from './pair.js';
import { readOptions, type Rules } from '../../tensor/options.js';
import { madeBy } from '../../tensor/made-by.js';

/** What {@link conv2d} is made of. */
export interface Conv2dOptions {
  /** Channels of the input. */
  readonly inputs: number;
  /** Channels of the output. */
  readonly filters: number;
  /** Height and width of the kernel: one number for both, or a pair. */
  readonly kernelSize: number | readonly [height: number, width: number];
  /** Step of the kernel in pixels: one number for both directions, or a pair; default 1. */
  readonly strides?: number | readonly [down: number, across: number] | undefined;
  /** `same` (the default): the output is ceil(size / strides); `valid`: the kernel stays inside the image. */
  readonly padding?: 'same' | 'valid' | undefined;
  /** Applied to each output; none by default. */
  readonly activation?: Activation | undefined;
  /** Where the initial weights come from: its fork `weights`. */
  readonly random: RandomStream;
}

/** The rules of a convolution's options. */
export const convolutionRules = {
  inputs: checkInteger,
  filters: checkInteger,
  kernelSize: checkPair,
  strides: { is: checkPair, default: 1 },
  padding: { is: checkWord, default: 'same', of: ['same', 'valid'] },
  activation: { is: checkActivation, default: undefined },
  random: checkRandom,
} satisfies Rules<Conv2dOptions>;

/**
 * A convolution over images, from `[batch, height, width, inputs]` to `[batch, height', width', filters]`.
 *
 * output = activation(input * kernel + biases), with the kernel not flipped, and height' = ceil(height / strides) for the
 * padding `same` (zeros; if their number of rows is odd, the extra row is at the bottom) or ceil((height - kernelSize + 1) / strides) for
 * `valid`; the width is computed in the same way, with the second number of a pair
 *
 * Initial weights and biases are uniform within 1 / sqrt(kernelHeight * kernelWidth * inputs), as in PyTorch, from
 * `random.fork('weights')` and `random.fork('biases')`. Variables: kernel `[kernelHeight, kernelWidth, inputs, filters]`, biases `[filters]`.
 *
 * @param options - sizes, padding, activation and the source of the initial weights
 * @returns a network; the caller disposes it
 * @throws RangeError or TypeError if an option is wrong; `apply` throws ShapeError or TypeError unless its input is
 * float32 `[batch, height, width, inputs]`
 * @example
 * ```ts
 * const layer = conv2d({ inputs: 1, filters: 16, kernelSize: 4, strides: 2, activation: relu, random: createRandom(1) });
 * layer.apply(tf.zeros([5, 28, 28, 1])).shape; // [5, 14, 14, 16]
 * ```
 * @see https://arxiv.org/abs/1603.07285 Dumoulin and Visin 2016, chapter 2
 */
export function conv2d(options: Conv2dOptions): WeightedLayer {
  const read = readOptions('conv2d', options, convolutionRules);
  const { inputs, filters, kernelSize, strides, padding, activation, random } = read;
  const [rows, columns] = pairOf(kernelSize);
  const fanIn = rows * columns * inputs;
  const variables = weightsAndBiases(filters, {
    shape: [rows, columns, inputs, filters],
    fanIn,
    random,
  });
  const made = createWeightedLayer(variables, 3, ([kernel, biases], input) => {
    checkImages('conv2d', 'input', input, inputs);
    const [, height, width] = (input as Tensor4D).shape;
    if (padding === 'valid' && (height < rows || width < columns)) {
      const sizes = rows === columns ? rows : `${rows} and ${columns}`;
      const fix = `Height and width must be at least the kernel's ${sizes}; the padding 'same' takes any size.`;
      throw wrongShape('conv2d', 'input', [null, null, null, inputs], input.shape, fix);
    }
    return tf.tidy(() => {
      const output = convolution(input, kernel!, biases!, { strides: pairOf(strides), padding, activation });
      return checkActivated('conv2d', output, [input.shape[0], null, null, filters]);
    });
  });
  return madeBy('conv2d', read, made);
}
