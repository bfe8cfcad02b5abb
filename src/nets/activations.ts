import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { elementwise, elementwiseFunction, erf, exp, relu, sigmoid } from '../gradients/elementwise.js';
import { fused } from '../gradients/fused.js';
import { checkFloat } from '../tensor/checks.js';
import { named } from '../tensor/made-by.js';

export { leakyRelu, relu, sigmoid, softplus, tanh } from '../gradients/elementwise.js';

/**
 * The exponential linear unit, with a correct second derivative.
 *
 * elu(x) = x for x > 0, exp(x) - 1 otherwise; derivative exp(min(x, 0))
 *
 * @param x - float32, any shape
 * @returns numbers above -1, of x's shape; the caller disposes it
 * @throws TypeError if x is not a float32 tensor
 * @example
 * ```ts
 * const values = await elu(tf.tensor1d([-1, 3])).data(); // -0.6321, 3
 * ```
 * @see https://arxiv.org/abs/1511.07289 Clevert, Unterthiner and Hochreiter 2015, equation 15
 */
export const elu = /* @__PURE__ */ elementwiseFunction(
  'elu',
  (x) => tf.elu(x),
  (kept) =>
    // min(x, 0) = -relu(-x): tf.minimum has no second derivative, and exp of a large x would be infinite
    exp(tf.neg(relu(tf.neg(kept)))),
);

/**
 * The swish activation, also called SiLU, with a correct second derivative.
 *
 * swish(x) = x * sigmoid(x), derivative sigmoid(x) * (1 + x * sigmoid(-x))
 *
 * @param x - float32, any shape
 * @returns numbers above -0.279, of x's shape; the caller disposes it
 * @throws TypeError if x is not a float32 tensor
 * @example
 * ```ts
 * const [value] = await swish(tf.tensor1d([1])).data(); // 0.7311
 * ```
 * @see https://arxiv.org/abs/1710.05941 Ramachandran, Zoph and Le 2017
 */
export const swish = /* @__PURE__ */ named('swish', function swish(x: Tensor): Tensor {
  checkFloat('swish', 'x', x);
  const plain = (input: Tensor): Tensor => elementwise('swish', input, swishOf, swishSlope);
  return fused(
    {
      own: ['Swish'],
      plain,
      // The input need not be saved: the next operation keeps the value anyway.
      forward: (input) => {
        const share = tf.sigmoid(input);
        const value = tf.mul(input, share);
        return { value, saved: [share, value] };
      },
      gradients: (dy, saved) => {
        const [share, value] = saved as [Tensor, Tensor];
        return [() => tf.mul(dy, tf.add(share, tf.mul(value, tf.sub(1, share))))];
      },
    },
    x,
  );
});

function swishOf(x: Tensor): Tensor {
  return tf.mul(x, tf.sigmoid(x));
}

function swishSlope(x: Tensor): Tensor {
  return tf.mul(sigmoid(x), tf.add(1, tf.mul(x, sigmoid(tf.neg(x)))));
}

/**
 * The Gaussian error linear unit in its exact form, not the tanh approximation, with a correct second derivative.
 *
 * gelu(x) = x P(x), gelu'(x) = P(x) + x p(x), where P(x) = (1 + erf(x / sqrt(2))) / 2 and p(x) = exp(-x^2 / 2) / sqrt(2 pi) are the
 * distribution function and the density of the standard normal
 *
 * @param x - float32, any shape
 * @returns numbers above -0.170, of x's shape; the caller disposes it
 * @throws TypeError if x is not a float32 tensor
 * @example
 * ```ts
 * const [value] = await gelu(tf.tensor1d([1])).data(); // 0.8413
 * ```
 * @see https://arxiv.org/abs/1606.08415 Hendrycks and Gimpel 2016, section 2
 */
export const gelu = /* @__PURE__ */ named('gelu', function gelu(x: Tensor): Tensor {
  return elementwise('gelu', x, geluOf, geluSlope);
});

function geluOf(x: Tensor): Tensor {
  return tf.mul(x, normalDistribution(x));
}

function geluSlope(x: Tensor): Tensor {
  return tf.add(normalDistribution(x), tf.mul(x, normalDensity(x)));
}

function normalDistribution(x: Tensor): Tensor {
  return tf.mul(0.5, tf.add(1, erf(tf.mul(x, Math.SQRT1_2))));
}

function normalDensity(x: Tensor): Tensor {
  return tf.mul(1 / Math.sqrt(2 * Math.PI), exp(tf.mul(-0.5, tf.square(x))));
}
