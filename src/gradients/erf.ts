import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { elementwise } from './elementwise.js';
import { exp } from './exp.js';

/**
 * The error function, with a correct second derivative.
 *
 * erf(x), derivative 2 / sqrt(pi) * exp(-x^2)
 *
 * @param x - float32, any shape
 * @returns numbers in [-1, 1], of x's shape; the caller disposes it
 */
export function erf(x: Tensor): Tensor {
  return elementwise('erf', x, tf.erf, (kept) => tf.mul(2 / Math.sqrt(Math.PI), exp(tf.neg(tf.square(kept)))));
}
