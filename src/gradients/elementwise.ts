import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkFloat } from '../tensor/checks.js';
import { customGradient } from './custom-gradient.js';

/**
 * Applies a function to each number of a tensor, with its own derivative, which can be differentiated again.
 *
 * Several of tfjs's functions (tanh, sigmoid, exp, elu and others) save their output for the derivative, and the second
 * derivative is then silently wrong (tfjs issue 3252): the saved copy is on the tape before the function, so a gradient
 * that flows into it is never passed on. Here the input is saved and the derivative recomputed from it.
 *
 * @param where - the function's name, for its errors
 * @param x - float32, any shape
 * @param forward - the function, any tfjs kernels
 * @param derivative - its derivative as a function of x, built from functions whose own derivatives are correct
 * @returns forward(x), of x's shape; the caller disposes it
 */
export function elementwise(
  where: string,
  x: Tensor,
  forward: (x: Tensor) => Tensor,
  derivative: (x: Tensor) => Tensor,
): Tensor {
  checkFloat(where, 'x', x);
  return customGradient(
    [x],
    (save) => {
      save([x]);
      return forward(x);
    },
    (dy, saved) => [() => tf.mul(dy, derivative(saved[0]!))],
  );
}
