import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { checkBothLogits, checkLogits, type AdversarialLoss } from './adversarial-loss.js';
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
export const nonSaturatingLoss: AdversarialLoss<Scalar> = {
  name: 'nonSaturatingLoss',
  discriminator: (realLogits: Tensor, fakeLogits: Tensor): Scalar => {
    checkBothLogits('nonSaturatingLoss.discriminator', realLogits, fakeLogits);
    return tf.tidy(() => tf.add(meanSoftplus(tf.neg(realLogits)), meanSoftplus(fakeLogits)));
  },
  generator: (fakeLogits: Tensor): Scalar => {
    checkLogits('nonSaturatingLoss.generator', 'fakeLogits', fakeLogits);
    return tf.tidy(() => meanSoftplus(tf.neg(fakeLogits)));
  },
  comparesWithReal: false,
};
