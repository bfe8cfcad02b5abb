import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import { customGradient } from '../gradients/custom-gradient.js';
import { kernelActivation, type Elementwise } from './kernel-activation.js';

/** How a kernel moves over an image. */
export interface ConvolutionOptions {
  readonly strides: readonly [down: number, across: number];
  readonly padding: 'same' | 'valid';
  readonly activation?: Elementwise | undefined;
}

/**
 * activation(x * kernel + biases): a convolution with its biases and, for relu and leakyRelu, the activation, in one kernel.
 *
 * @param x - `[batch, height, width, inputs]`
 * @param kernel - `[kernelHeight, kernelWidth, inputs, filters]`
 * @param biases - `[filters]`
 * @returns `[batch, height', width', filters]`; to be called inside a tidy
 */
export function convolution(x: Tensor, kernel: Tensor, biases: Tensor, options: ConvolutionOptions): Tensor {
  const { attributes, backward, after } = kernelActivation(options.activation);
  const { strides, padding } = options;
  const attrs = { strides: [...strides], pad: padding, dataFormat: 'NHWC' };
  const run = (kernelName: string, inputs: tf.NamedTensorMap, more: tf.NamedAttrMap): Tensor =>
    tf.engine().runKernel<Tensor>(kernelName, inputs, { ...attrs, ...more });
  const sums = customGradient(
    [x, kernel, biases],
    () => {
      const inputs = { x, filter: kernel, bias: biases };
      const output = run('FusedConv2D', inputs, { dilations: [1, 1], ...attributes });
      return [output, [x, kernel, output]];
    },
    (dy, [input, filter, output]) => {
      const dz = backward(dy, output!);
      return [
        () => run('Conv2DBackpropInput', { dy: dz, filter: filter! }, { inputShape: input!.shape }),
        () => run('Conv2DBackpropFilter', { x: input!, dy: dz }, { filterShape: filter!.shape }),
        () => tf.sum(dz, [0, 1, 2]),
      ];
    },
  );
  return after(sums);
}

/**
 * activation(the gradient of {@link convolution} with respect to its input, at `x`, + biases).
 *
 * @param x - `[batch, height, width, inputs]`
 * @param kernel - `[kernelHeight, kernelWidth, filters, inputs]`
 * @param biases - `[filters]`
 * @param sizes - height and width of the output
 * @returns `[batch, ...sizes, filters]`; to be called inside a tidy
 */
export function transposedConvolution(
  x: Tensor,
  kernel: Tensor,
  biases: Tensor,
  sizes: readonly [height: number, width: number],
  { strides, padding, activation }: ConvolutionOptions,
): Tensor {
  const shape: [number, number, number, number] = [x.shape[0], ...sizes, biases.size];
  const images = tf.conv2dTranspose(x as Tensor4D, kernel as Tensor4D, shape, [...strides], padding);
  const sums = tf.add(images, biases);
  return activation === undefined ? sums : activation(sums);
}
