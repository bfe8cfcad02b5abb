import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkFloat } from '../tensor/checks.js';
import { named } from '../tensor/made-by.js';
import { customGradient } from './custom-gradient.js';
import { gradientDepth } from './tape.js';

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
 * @param ofValue - the same derivative as a function of forward(x) and x, which saves a kernel; nested gradients do not use it
 * @returns forward(x), of x's shape; the caller disposes it
 */
export function elementwise(
  where: string,
  x: Tensor,
  forward: (x: Tensor) => Tensor,
  derivative: (x: Tensor) => Tensor,
  ofValue?: (value: Tensor, x: Tensor) => Tensor,
): Tensor {
  checkFloat(where, 'x', x);
  const isByValue = ofValue !== undefined && gradientDepth() <= 1;
  return customGradient(
    [x],
    () => {
      const value = forward(x);
      return [value, isByValue ? [x, value] : [x]];
    },
    (dy, [kept, value]) => [() => tf.mul(dy, isByValue ? ofValue(value!, kept!) : derivative(kept!))],
    [`${where[0]!.toUpperCase()}${where.slice(1)}Gradient`],
  );
}

/**
 * Makes an elementwise function, which files refer to by its name. Its derivative gets the function itself, `again`. Vite keeps an unused function
 * that names itself, and `tf.erf` among the arguments of an unused call, which may be a getter; so `forward` is a function of ours.
 */
export function elementwiseFunction(
  name: string,
  forward: (x: Tensor) => Tensor,
  derivative: (x: Tensor, again: (x: Tensor) => Tensor) => Tensor,
  ofValue?: (value: Tensor, x: Tensor) => Tensor,
): (x: Tensor) => Tensor {
  // a property of an object, so that the function gets this name
  const made = {
    [name]: (x: Tensor): Tensor => elementwise(name, x, forward, (kept) => derivative(kept, made[name]!), ofValue),
  };
  return named(name, made[name]!);
}

/**
 * The exponential, with a correct second derivative; that of `tf.exp` is off by half.
 *
 * exp(x), derivative exp(x)
 *
 * @param x - float32, any shape
 * @returns e to the power of each number, of x's shape; the caller disposes it
 */
export function exp(x: Tensor): Tensor {
  const isNested = gradientDepth() > 1;
  return customGradient(
    [x],
    () => {
      const value = tf.exp(x);
      return [value, [isNested ? x : value]];
    },
    (dy, [kept]) => [() => tf.mul(dy, isNested ? exp(kept!) : kept!)],
  );
}

/**
 * The error function, with a correct second derivative.
 *
 * erf(x), derivative 2 / sqrt(pi) * exp(-x^2)
 *
 * @param x - float32, any shape
 * @returns numbers in [-1, 1], of x's shape; the caller disposes it
 */
export const erf = /* @__PURE__ */ elementwiseFunction(
  'erf',
  (x) => tf.erf(x),
  (kept) => tf.mul(2 / Math.sqrt(Math.PI), exp(tf.neg(tf.square(kept)))),
);

/**
 * The rectified linear unit; its second derivative is zero.
 *
 * relu(x) = max(x, 0); the derivative at 0 is 0
 *
 * @param x - float32, any shape
 * @returns numbers of at least 0, of x's shape; the caller disposes it
 * @throws TypeError if x is not a float32 tensor
 * @example
 * ```ts
 * const values = await relu(tf.tensor1d([-2, 3])).data(); // 0, 3
 * ```
 * @see https://proceedings.mlr.press/v15/glorot11a.html Glorot, Bordes and Bengio 2011
 */
export const relu = /* @__PURE__ */ elementwiseFunction(
  'relu',
  (x) => tf.relu(x),
  (kept) => tf.step(kept),
);

/** The slope of {@link leakyRelu} below zero. */
export const LEAK = 0.2;

/**
 * The leaky rectified linear unit with a slope of 0.2 below zero, as is usual in discriminators.
 *
 * leakyRelu(x) = x for x > 0, 0.2 * x otherwise; the derivative at 0 is 0.2
 *
 * @param x - float32, any shape
 * @returns a tensor of x's shape; the caller disposes it
 * @throws TypeError if x is not a float32 tensor
 * @remarks 0.2 is the slope of the DCGAN paper and of most GANs since, and the default of `tf.leakyRelu`; PyTorch's default
 * is 0.01, Keras's 0.3. `tf.leakyRelu` has no second derivative ("gradient function not found for Greater").
 * @example
 * ```ts
 * const values = await leakyRelu(tf.tensor1d([-2, 3])).data(); // -0.4, 3
 * ```
 * @see https://arxiv.org/abs/1511.06434 Radford, Metz and Chintala 2015, section 3
 */
export const leakyRelu = /* @__PURE__ */ elementwiseFunction(
  'leakyRelu',
  (kept) => tf.leakyRelu(kept, LEAK),
  (kept) => tf.step(kept, LEAK),
);

/**
 * The logistic function, which turns a logit into a probability, with a correct second derivative.
 *
 * sigmoid(x) = 1 / (1 + exp(-x)), derivative sigmoid(x) * sigmoid(-x)
 *
 * @param x - float32, any shape
 * @returns numbers in [0, 1], of x's shape; the caller disposes it
 * @throws TypeError if x is not a float32 tensor
 * @example
 * ```ts
 * const [half] = await sigmoid(tf.tensor1d([0])).data(); // 0.5
 * ```
 * @see https://en.wikipedia.org/wiki/Logistic_function
 */
export const sigmoid = /* @__PURE__ */ elementwiseFunction(
  'sigmoid',
  (x) => tf.sigmoid(x),
  // 1 - sigmoid(x) would be 0 for logits of 17 or more, so that a confident discriminator would give no gradient
  (kept, again) => tf.mul(again(kept), again(tf.neg(kept))),
  (value, kept) => tf.mul(value, tf.sigmoid(tf.neg(kept))),
);

/**
 * The softplus function, a smooth version of max(x, 0), with a correct second derivative.
 *
 * softplus(x) = log(1 + exp(x)), derivative sigmoid(x)
 *
 * @param x - float32, any shape
 * @returns positive numbers, of x's shape; the caller disposes it
 * @throws TypeError if x is not a float32 tensor
 * @example
 * ```ts
 * const [value] = await softplus(tf.tensor1d([0])).data(); // 0.6931 = log 2
 * ```
 * @see https://proceedings.neurips.cc/paper/2000/hash/44968aece94f667e4095002d140b5896-Abstract.html Dugas et al. 2001
 */
export const softplus = /* @__PURE__ */ elementwiseFunction('softplus', (x) => tf.softplus(x), sigmoid);

/**
 * The hyperbolic tangent, with a correct second derivative; that of `tf.tanh` is off by 40%.
 *
 * tanh(x), derivative 1 - tanh(x)^2
 *
 * @param x - float32, any shape
 * @returns numbers in [-1, 1], of x's shape; the caller disposes it
 * @throws TypeError if x is not a float32 tensor
 * @example
 * ```ts
 * const [value] = await tanh(tf.tensor1d([1])).data(); // 0.7616
 * ```
 * @see https://en.wikipedia.org/wiki/Hyperbolic_functions
 */
export const tanh = /* @__PURE__ */ elementwiseFunction(
  'tanh',
  (x) => tf.tanh(x),
  (kept, again) => tf.sub(1, tf.square(again(kept))),
  (value) => tf.sub(1, tf.square(value)),
);
