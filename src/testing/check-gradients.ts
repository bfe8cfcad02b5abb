import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkGradientsRegistered } from '../gradients/index.js';
import { checkFloat, checkFunction } from '../tensor/checks.js';
import { wrongKind } from '../tensor/errors.js';
import { readOptions } from '../tensor/options.js';
import { compareSlopes, connected, gradientRules, type GradientOptions } from './slopes.js';

/**
 * Checks that tfjs's gradients of a function agree with finite differences of its values.
 *
 * df/dx = (4 D(h/2) - D(h)) / 3, D(h) = (f(x + h) - f(x - h)) / 2h, for each number x of each input
 *
 * @param f - from any number of float32 tensors to a tensor; if that is not a scalar, its numbers are added with random weights
 * @param inputs - where the derivatives are taken; use few numbers, because each one costs four calls of `f`
 * @param options - see {@link GradientOptions}
 * @throws Error with the input, the index and both values of the derivative that is furthest off
 * @remarks The allowed difference is `absolute` + `relative` * |derivative|, plus a tenth of the difference between
 * the two D, plus the rounding of float32 values. To check a second derivative, pass a gradient as `f`.
 * @example
 * ```ts
 * const x = tf.tensor1d([1]);
 * await checkGradients(tf.tanh, [x]); // passes
 * const wrong = tf.customGrad((y) => ({ value: tf.square(y as tf.Tensor), gradFunc: (dy) => dy }));
 * await checkGradients(wrong, [x]); // throws: the derivative of x^2 is 2 x, not 1
 * ```
 */
export async function checkGradients(
  f: (...inputs: Tensor[]) => Tensor,
  inputs: readonly Tensor[],
  options: GradientOptions = {},
): Promise<void> {
  const where = 'checkGradients';
  checkFunction(where, 'f', f);
  const list: unknown = inputs;
  if (!Array.isArray(list)) {
    throw wrongKind(where, 'inputs', 'must be an array of tensors', { got: list });
  }
  inputs.forEach((input, i) => checkFloat(where, `inputs[${i}]`, input));
  const read = readOptions(where, options, gradientRules);
  checkGradientsRegistered(where);
  for (const [i, at] of inputs.entries()) {
    const of = (x: Tensor): Tensor => f(...inputs.map((other, j) => (j === i ? x : other)));
    await compareSlopes(
      { where, name: `inputs[${i}]`, at, f: of, gradient: (dy) => tf.grad((x) => connected(of(x), x))(at, dy) },
      read,
    );
  }
}
