import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { customGradient } from '../gradients/custom-gradient.js';
import { DENSE_KERNEL, hasKernel, runKernel } from '../tensor/own-kernels.js';
import { kernelActivation, type Elementwise } from './kernel-activation.js';

/**
 * activation(x weights + biases): a product with its biases and, for relu and leakyRelu, the activation, in one kernel.
 *
 * @param x - `[..., inputs]`
 * @param weights - `[inputs, units]`
 * @param biases - `[units]`
 * @param activation - none if undefined
 * @returns `[..., units]`; to be called inside a tidy
 */
export function denseProduct(x: Tensor, weights: Tensor, biases: Tensor, activation?: Elementwise): Tensor {
  const { attributes, backward, after } = kernelActivation(activation);
  const rows = x.rank === 2 ? x : tf.reshape(x, [-1, x.shape.at(-1)!]);
  const output = customGradient(
    [rows, weights, biases],
    () => {
      const output = product(rows, weights, biases, { transposeA: false, transposeB: false, ...attributes });
      return [output, [rows, weights, output]];
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
  const activated = after(output);
  return x.rank === 2 ? activated : tf.reshape(activated, [...x.shape.slice(0, -1), weights.shape[1]!]);
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
