import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { customGradient } from '../gradients/custom-gradient.js';
import { DENSE_KERNEL, hasKernel, runKernel } from '../tensor/own-kernels.js';
import { kernelActivation, type Elementwise } from './kernel-activation.js';

/**
 * activation(x weights + biases): a product with its biases and, for relu and leakyRelu, the activation, in one kernel.
 *
 * @param x - `[batch, inputs]`
 * @param weights - `[inputs, units]`
 * @param biases - `[units]`
 * @param activation - none if undefined
 * @returns `[batch, units]`; to be called inside a tidy
 */
export function denseProduct(x: Tensor, weights: Tensor, biases: Tensor, activation?: Elementwise): Tensor {
  const { attributes, backward, after } = kernelActivation(activation);
  const output = customGradient(
    [x, weights, biases],
    () => {
      const output = product(x, weights, biases, { transposeA: false, transposeB: false, ...attributes });
      return [output, [x, weights, output]];
    },
    (dy, [a, w, output]) => {
      const dz = backward(dy, output!);
      return [
        () => tf.matMul(dz, w as Tensor2D, false, true),
        () => tf.matMul(a as Tensor2D, dz, true, false),
        () => tf.sum(dz, 0),
      ];
    },
  );
  return after(output);
}

function product(x: Tensor, weights: Tensor, biases: Tensor, attributes: object): Tensor {
  if (hasKernel(DENSE_KERNEL)) return runKernel(DENSE_KERNEL, { a: x, b: weights, bias: biases }, attributes);
  const sums = runKernel<Tensor>('_FusedMatMul', { a: asBatch(x), b: asBatch(weights), bias: biases }, attributes);
  return tf.reshape(sums, [x.shape[0], weights.shape[1]!]);
}

/** `[1, rows, columns]`, as tfjs's kernel expects. */
function asBatch(matrix: Tensor): Tensor {
  return tf.reshape(matrix, [1, ...matrix.shape]);
}
