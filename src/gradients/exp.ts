import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { customGradient } from './custom-gradient.js';

/**
 * The exponential, with a correct second derivative; that of `tf.exp` is off by half.
 *
 * exp(x), derivative exp(x)
 *
 * @param x - float32, any shape
 * @returns e to the power of each number, of x's shape; the caller disposes it
 */
export function exp(x: Tensor): Tensor {
  return customGradient(
    [x],
    (save) => {
      save([x]);
      return tf.exp(x);
    },
    (dy, [kept]) => [() => tf.mul(dy, exp(kept!))],
  );
}
