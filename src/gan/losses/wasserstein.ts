import * as tf from '@tensorflow/tfjs-core';
import type { Scalar } from '@tensorflow/tfjs-core';
import { adversarialLoss, type AdversarialLoss } from './adversarial-loss.js';

/**
 * The loss of a Wasserstein GAN, whose critic estimates the Wasserstein distance between data and generated data.
 *
 * discriminator = mean(fakeLogits) - mean(realLogits), generator = -mean(fakeLogits)
 *
 * @remarks The negative of the discriminator's loss is the estimate, in units of the data, if the critic's slope is at most
 * 1: add `10 * gradientPenalty(...)` to the discriminator's loss. Its methods throw TypeError or {@link ShapeError} unless
 * logits are float32 `[batch, 1]`.
 * @example
 * ```ts
 * const [real, fake] = [tf.tensor2d([[3], [1]]), tf.tensor2d([[0.5]])];
 * const [loss] = await wassersteinLoss.discriminator(real, fake).data(); // -1.5
 * ```
 * @see Arjovsky, Chintala and Bottou 2017, algorithm 1, https://arxiv.org/abs/1701.07875
 */
export const wassersteinLoss: AdversarialLoss<Scalar> = /* @__PURE__ */ adversarialLoss('wassersteinLoss', {
  discriminator: (real, fake) => tf.sub(tf.mean(fake), tf.mean(real)),
  generator: (fake) => tf.neg(tf.mean<Scalar>(fake)),
});
