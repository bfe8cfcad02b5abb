import * as tf from '@tensorflow/tfjs-core';
import type { GradConfig } from '@tensorflow/tfjs-core';
import { checkGradientsRegistered } from './check-registered.js';
import { convolutionAdditions } from './repair-convolution.js';
import { elementwiseAdditions, elementwiseReplacements } from './repair-elementwise.js';
import { linearReplacements } from './repair-linear.js';
import { poolingAdditions, poolingReplacements } from './repair-pooling.js';
import { refusals } from './repair-refusals.js';

/**
 * The name of a mark that all copies of this library on a page share, so that none repairs what another has repaired. Under
 * it stands the gradient that was there before, if any.
 */
const MARK = 'tfjs-generative.repaired';

/**
 * Makes tfjs's own gradients right to the second derivative, as a penalty on a gradient needs.
 *
 * d/dw |df/dx|^2 = 2 df/dx d^2f/(dw dx)
 *
 * It replaces what tfjs has registered: for tanh, exp, softmax and others whose second derivative is wrong without a
 * warning; for leakyRelu, maximum, pooling and others that have none; and for a few whose first derivative is wrong (average
 * pooling with padding, mirror padding, resized images, cumulative sums). What stays without a second derivative says so
 * when one is asked for. The guide "Second derivatives" has the whole list.
 *
 * @throws Error if tfjs has no gradients registered
 * @remarks The penalties of this library call it before they compute anything; call it yourself before a gradient of a
 * gradient of your own. Where tfjs's first derivative is right, it stays as it is. A second call costs microseconds.
 * @example
 * ```ts
 * repairGradients();
 * const slope = tf.grad((x) => tf.sum(tf.grad(tf.tanh)(x)));
 * const [value] = await slope(tf.tensor1d([1])).data(); // -0.6397
 * ```
 * @see https://github.com/tensorflow/tfjs/issues/3252
 */
export function repairGradients(): void {
  checkGradientsRegistered('repairGradients');
  const mark = Symbol.for(MARK);
  for (const additions of [elementwiseAdditions, convolutionAdditions, poolingAdditions, refusals]) {
    for (const [kernelName, gradient] of Object.entries(additions)) {
      if (registered(kernelName) === undefined) register({ kernelName, [mark]: undefined, ...gradient() });
    }
  }
  for (const replacements of [elementwiseReplacements, linearReplacements, poolingReplacements]) {
    for (const [kernelName, replace] of Object.entries(replacements)) {
      const original = registered(kernelName);
      if (original === undefined || mark in original) continue;
      tf.unregisterGradient(kernelName);
      register({ kernelName, [mark]: original, ...replace(original) });
    }
  }
}

/** tfjs's types promise a gradient of every kernel. */
function registered(kernelName: string): GradConfig | undefined {
  return tf.getGradient(kernelName);
}

/** A gradient that carries a mark, of which tfjs's types know nothing. */
function register(config: GradConfig & Readonly<Record<symbol, unknown>>): void {
  tf.registerGradient(config);
}
