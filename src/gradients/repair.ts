import * as tf from '@tensorflow/tfjs-core';
import { checkGradientsRegistered } from './check-registered.js';
import { mendSaved } from './mend-saved.js';
import { isOwn, register, registered, registerMissing } from './registered-gradient.js';
import { convolutionAdditions } from './repair-convolution.js';
import { elementwiseAdditions, elementwiseReplacements } from './repair-elementwise.js';
import { linearReplacements } from './repair-linear.js';
import { poolingAdditions, poolingReplacements } from './repair-pooling.js';
import { refusals } from './repair-refusals.js';

/**
 * Makes the second derivatives of tfjs's own operations correct, as penalties on a gradient require.
 *
 * grad_w |grad_x f|^2 = 2 sum_i g_i grad_w g_i, where g = grad_x f
 *
 * It repairs what tanh, exp, softmax, a `tf.customGrad` and others save, whose second derivative is silently wrong. It also replaces gradients
 * that tfjs has registered: for leakyRelu, maximum, pooling and others without a second derivative, and for a few whose first derivative is
 * wrong (average pooling with padding, mirror padding, resized images, cumulative sums). If there is still no second derivative, taking
 * it throws an error. The guide "Second derivatives" has the whole list.
 *
 * @throws Error if tfjs has no gradients registered
 * @remarks The penalties of this library call it before they compute anything; call it yourself before you nest gradient
 * calls. A correct first derivative of tfjs stays the same. A second call costs microseconds.
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
  mendSaved();
  registerMissing(elementwiseAdditions, convolutionAdditions, poolingAdditions, refusals);
  for (const replacements of [elementwiseReplacements, linearReplacements, poolingReplacements]) {
    for (const [kernelName, replace] of Object.entries(replacements)) {
      const original = registered(kernelName);
      if (original === undefined || isOwn(original)) continue;
      tf.unregisterGradient(kernelName);
      register(kernelName, replace(original), original);
    }
  }
}
