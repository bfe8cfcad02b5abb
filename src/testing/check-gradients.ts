import type { Tensor } from '@tensorflow/tfjs-core';
import { checkGradientsRegistered } from '../gradients/check-registered.js';
import { checkFloat, checkFunction } from '../tensor/checks.js';
import { wrongKind } from '../tensor/errors.js';
import { readOptions } from '../tensor/options.js';
import { compareSlopes, gradientRules, type GradientOptions } from './slopes.js';

/**
 * Checks that tfjs's gradients of a function agree with finite differences of its values.
 *
 * f'(x) = (4 D(h/2) - D(h)) / 3, D(h) = (f(x + h) - f(x - h)) / (2 h), for each number x of each input
 *
 * @param f - a function of any number of float32 tensors that returns a tensor; if that is not a scalar, its numbers are added with
 *   random weights
 * @param inputs - the point at which derivatives are taken; use few numbers, because each costs four calls of `f`
 * @param options - see {@link GradientOptions}
 * @throws Error with the input, the index and both values of the derivative with the largest error
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
    const ofInput = (x: Tensor): Tensor => f(...inputs.map((other, j) => (j === i ? x : other)));
    await compareSlopes({ where, name: `inputs[${i}]`, at, f: ofInput }, read);
  }
}
