import * as tf from '@tensorflow/tfjs-core';
import type { Tensor3D } from '@tensorflow/tfjs-core';
import { transposedConvolution } from '../../operations/convolution.js';
import { checkFloat, checkInteger, checkSequences } from '../../tensor/checks.js';
import { checkActivated, createWeightedLayer } from '../layer.js';
import type { WeightedLayer } from '../network.js';
import { sequenceRules, type Conv1dOptions } from './conv1d.js';
import { weightsAndBiases } from './initial-weights.js';
import { transposedAxis } from './transposed-axis.js';
import { readOptions } from '../../tensor/options.js';
import { madeBy } from '../../tensor/made-by.js';

/** What {@link conv1dTranspose} is made of. */
export interface Conv1dTransposeOptions extends Conv1dOptions {
  /**
   * Steps of the output. Several numbers fit the same input: a convolution with strides of 2 maps both 7 and 8 steps to 4. By default
   * `same` gives steps * strides, and `valid` gives (steps - 1) * strides + kernelSize.
   */
  readonly outputSize?: number | undefined;
}

/**
 * A transposed convolution, which makes sequences longer: from `[batch, steps, inputs]` to `[batch, strides * steps, filters]` or to as
 * many steps as `outputSize` says.
 *
 * output = activation(transposed(input) + biases), where `transposed` is the gradient of conv1d with respect to its input
 *
 * Initial weights and biases are uniform within 1 / sqrt(kernelSize * inputs / strides), from `random.fork('weights')` and
 * `random.fork('biases')`; the fan-in is how many numbers an output sums. Variables: kernel `[kernelSize, filters, inputs]`, biases
 * `[filters]`.
 *
 * @param options - sizes, padding, activation and the source of the initial weights
 * @returns a network; the caller disposes it
 * @throws RangeError or TypeError if an option is wrong; `apply` throws ShapeError or TypeError unless its input is float32
 * `[batch, steps, inputs]` with as many steps as a convolution makes of `outputSize`
 * @example
 * ```ts
 * const random = createRandom(1);
 * const layer = conv1dTranspose({ inputs: 16, filters: 3, kernelSize: 4, strides: 2, outputSize: 31, random });
 * layer.apply(tf.zeros([5, 16, 16])).shape; // [5, 31, 3]
 * ```
 * @see https://pytorch.org/docs/stable/generated/torch.nn.ConvTranspose1d.html
 */
export function conv1dTranspose(options: Conv1dTransposeOptions): WeightedLayer {
  const where = 'conv1dTranspose';
  const read = readOptions(where, options, {
    ...sequenceRules(),
    outputSize: { is: checkInteger, default: undefined },
  });
  const { inputs, filters, kernelSize, strides, padding, activation, outputSize, random } = read;
  const { smaller, larger, reach } = transposedAxis(kernelSize, strides, padding);
  const weights = { where, shape: [kernelSize, filters, inputs], fanIn: reach * inputs, random };
  const made = createWeightedLayer(weightsAndBiases(filters, weights), 1, ([kernel, biases], input) => {
    if (outputSize === undefined) checkSequences(where, 'input', input, inputs);
    else {
      const fix = `No other number of steps leads to the outputSize ${outputSize} with strides of ${strides}.`;
      checkFloat(where, 'input', input, [null, smaller(outputSize), inputs], fix);
    }
    const [batch, steps] = (input as Tensor3D).shape;
    const longer = outputSize ?? larger(steps);
    return tf.tidy(() => {
      const row = tf.reshape(input, [batch, 1, steps, inputs]);
      const filter = tf.reshape(kernel!, [1, kernelSize, filters, inputs]);
      const options = { strides: [1, strides], padding, activation } as const;
      const output = transposedConvolution(row, filter, biases!, [1, longer], options);
      return tf.reshape(checkActivated(where, output, [batch, 1, longer, filters]), [batch, longer, filters]);
    });
  });
  return madeBy(where, read, made);
}
