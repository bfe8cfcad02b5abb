import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { transposedConvolution } from '../../operations/convolution.js';
import { checkFloat, checkImages } from '../../tensor/checks.js';
import { checkActivated, checkSizes, createWeightedLayer } from '../layer.js';
import type { WeightedLayer } from '../network.js';
import { convolutionRules, type Conv2dOptions } from './conv2d.js';
import { weightsAndBiases } from './initial-weights.js';
import { pairOf } from './pair.js';
import { transposedAxis, type TransposedAxis } from './transposed-axis.js';
import { readOptions } from '../../tensor/options.js';
import { madeBy } from '../../tensor/made-by.js';

/** What {@link conv2dTranspose} is made of. */
export interface Conv2dTransposeOptions extends Conv2dOptions {
  /**
   * Height and width of the output. Several outputs fit the same input: a convolution with strides of 2 maps both 7 and
   * 8 to 4. By default `same` gives size * strides, and `valid` gives (size - 1) * strides + kernelSize.
   */
  readonly outputSize?: readonly [height: number, width: number] | undefined;
}

/**
 * A transposed convolution, which makes images larger: from `[batch, height, width, inputs]` to
 * `[batch, strides * height, strides * width, filters]` or to the `outputSize` given; the width uses the second number of a pair.
 *
 * output = activation(transposed(input) + biases), where `transposed` is the gradient of conv2d with respect to its input
 *
 * Initial weights and biases are uniform within 1 / sqrt(fan-in), from `random.fork('weights')` and `random.fork('biases')`; the fan-in
 * is how many numbers an output pixel sums, kernelSize^2 * inputs / strides^2 for a square kernel. Variables: kernel
 * `[kernelHeight, kernelWidth, filters, inputs]`, biases `[filters]`.
 *
 * @param options - sizes, padding, activation and the source of the initial weights
 * @returns a network; the caller disposes it
 * @throws RangeError or TypeError if an option is wrong; `apply` throws ShapeError or TypeError unless its input is float32
 * `[batch, height, width, inputs]` and of the size to which a convolution maps `outputSize`
 * @example
 * ```ts
 * const random = createRandom(1);
 * const layer = conv2dTranspose({ inputs: 16, filters: 1, kernelSize: 4, strides: 2, outputSize: [7, 7], random });
 * layer.apply(tf.zeros([5, 4, 4, 16])).shape; // [5, 7, 7, 1]
 * ```
 * @see https://arxiv.org/abs/1603.07285 Dumoulin and Visin 2016, chapter 4
 */
export function conv2dTranspose(options: Conv2dTransposeOptions): WeightedLayer {
  const where = 'conv2dTranspose';
  const read = readOptions(where, options, {
    ...convolutionRules,
    outputSize: { is: checkSizes, default: undefined, exactly: 2 },
  });
  const { inputs, filters, kernelSize, strides, padding, activation, outputSize, random } = read;
  const [kernels, steps] = [pairOf(kernelSize), pairOf(strides)];
  const axes = [0, 1].map((axis) => transposedAxis(kernels[axis]!, steps[axis]!, padding));
  const [down, across] = axes as [TransposedAxis, TransposedAxis];
  const fanIn = down.reach * across.reach * inputs;
  const variables = weightsAndBiases(filters, {
    shape: [...kernels, filters, inputs],
    fanIn,
    random,
  });
  const made = createWeightedLayer(variables, 2, ([kernel, biases], input) => {
    if (outputSize === undefined) checkImages(where, 'input', input, inputs);
    else {
      const of = steps[0] === steps[1] ? steps[0] : steps.join(' and ');
      const fix = `No other input size leads to the outputSize [${outputSize.join(', ')}] with strides of ${of}.`;
      checkFloat(
        where,
        'input',
        input,
        [null, ...outputSize.map((size, axis) => axes[axis]!.smaller(size)), inputs],
        fix,
      );
    }
    const [batch, height, width] = (input as Tensor4D).shape;
    const sizes = outputSize ?? ([down.larger(height), across.larger(width)] as const);
    return tf.tidy(() => {
      const output = transposedConvolution(input, kernel!, biases!, sizes, { strides: steps, padding, activation });
      return checkActivated(where, output, [batch, ...sizes, filters]);
    });
  });
  return madeBy(where, read, made);
}
