import * as tf from '@tensorflow/tfjs-core';
import type { Scalar } from '@tensorflow/tfjs-core';
import { adversarialLoss, type AdversarialLoss } from './adversarial-loss.js';
import { meanSoftplus } from './mean-softplus.js';

/**
 * The non-saturating loss, with which the first GAN was trained: the generator maximises log D on its fakes.
 *
 * discriminator = mean(softplus(-realLogits)) + mean(softplus(fakeLogits)),
 * generator = -E log D(G(z)) = mean(softplus(-fakeLogits))
 *
 * @remarks The discriminator's loss is that of {@link minimaxLoss}. The generator has the same fixed point, but its gradient
 * is largest where the discriminator is sure that its samples are fake. Its methods throw TypeError or {@link ShapeError} unless
 * logits are float32 `[batch, 1]`.
 * @example
 * ```ts
 * const [loss] = await nonSaturatingLoss.generator(tf.zeros([4, 1])).data(); // 0.693147 = log 2
 * ```
 * @see Goodfellow et al. 2014, section 3, https://arxiv.org/abs/1406.2661
 */
export const nonSaturatingLoss: AdversarialLoss<Scalar> = /* @__PURE__ */ adversarialLoss('nonSaturatingLoss', {
  discriminator: (real, fake) => tf.add(meanSoftplus(real, -1), meanSoftplus(fake)),
  generator: (fake) => meanSoftplus(fake, -1),
});
