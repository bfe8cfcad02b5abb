import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { customGradient } from '../gradients/custom-gradient.js';
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
  const product = customGradient(
    [x, weights, biases],
    (save) => {
      const inputs = { a: asBatch(x), b: asBatch(weights), bias: biases };
      const attrs = { transposeA: false, transposeB: false, ...attributes };
      const sums = tf.engine().runKernel<Tensor>('_FusedMatMul', inputs, attrs);
      const output = tf.reshape(sums, [x.shape[0], weights.shape[1]!]);
      save([x, weights, output]);
      return output;
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
  return after(product);
}

/** `[1, rows, columns]`, as the kernel expects. */
function asBatch(matrix: Tensor): Tensor {
  return tf.reshape(matrix, [1, ...matrix.shape]);
}
