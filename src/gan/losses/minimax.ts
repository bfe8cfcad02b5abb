import * as tf from '@tensorflow/tfjs-core';
import type { Scalar } from '@tensorflow/tfjs-core';
import { adversarialLoss, type AdversarialLoss } from './adversarial-loss.js';
import { meanSoftplus } from './mean-softplus.js';

/**
 * The saturating minimax loss of the first GAN: the generator minimises what the discriminator maximises.
 *
 * discriminator = -V = mean(softplus(-realLogits)) + mean(softplus(fakeLogits)),
 * generator = E log(1 - D(G(z))) = -mean(softplus(fakeLogits))
 *
 * @remarks The generator's gradient vanishes where the discriminator is sure that its samples are fake: at a logit of -10 it
 * is 5e-5. For training use {@link nonSaturatingLoss}, as the paper does. {@link minimaxValue} is V. Its methods throw TypeError or
 * {@link ShapeError} unless logits are float32 `[batch, 1]`.
 * @example
 * ```ts
 * const undecided = tf.zeros([4, 1]);
 * const [loss] = await minimaxLoss.discriminator(undecided, undecided).data(); // 1.386294 = log 4
 * ```
 * @see Goodfellow et al. 2014, equation 1, https://arxiv.org/abs/1406.2661
 */
export const minimaxLoss: AdversarialLoss<Scalar> = /* @__PURE__ */ adversarialLoss('minimaxLoss', {
  discriminator: (real, fake) => tf.add(meanSoftplus(real, -1), meanSoftplus(fake)),
  generator: (fake) => tf.neg(meanSoftplus(fake)),
});
