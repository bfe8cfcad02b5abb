import * as tf from '@tensorflow/tfjs-core';
import type { Scalar } from '@tensorflow/tfjs-core';
import { checkNumber } from '../../tensor/checks.js';
import { adversarialLoss, type AdversarialLoss } from './adversarial-loss.js';
import { meanSoftplus } from './mean-softplus.js';
import { readOptions } from '../../tensor/options.js';
import { madeBy } from '../../tensor/made-by.js';

/**
 * Makes the non-saturating loss with one-sided label smoothing: the discriminator's target for data is `realTarget` instead of 1.
 *
 * discriminator = mean(realTarget softplus(-realLogits) + (1 - realTarget) softplus(realLogits)) + mean(softplus(fakeLogits)),
 * generator = mean(softplus(-fakeLogits))
 *
 * @param options - the target for data
 * @returns a loss; its methods throw TypeError or {@link ShapeError} unless logits are float32 `[batch, 1]`
 * @throws TypeError or RangeError if `realTarget` is not a number above 0 and below 1
 * @remarks On real data, the discriminator's loss is smallest at the logit log(realTarget / (1 - realTarget)), 2.2 for 0.9,
 * and grows beyond it. Fakes keep the target 0: smoothing it would reinforce what the generator already makes.
 * @example
 * ```ts
 * const smoothed = smoothedLoss({ realTarget: 0.9 });
 * const [loss] = await smoothed.discriminator(tf.tensor2d([[100]]), tf.tensor2d([[-100]])).data(); // 10
 * ```
 * @see Salimans et al. 2016, section 3.4, https://arxiv.org/abs/1606.03498; Goodfellow 2016, section 4.2, https://arxiv.org/abs/1701.00160
 */
export function smoothedLoss(options: {
  /** The target probability for data, above 0 and below 1; 0.9 in the papers. */
  readonly realTarget: number;
}): AdversarialLoss<Scalar> {
  const read = readOptions('smoothedLoss', options, { realTarget: { is: checkNumber, above: 0, below: 1 } });
  const loss = adversarialLoss('smoothedLoss', {
    discriminator: (real, fake) => {
      // softplus(x) = softplus(-x) + x
      const excess = tf.mul(1 - read.realTarget, tf.mean<Scalar>(real));
      return tf.add(tf.add(meanSoftplus(real, -1), excess), meanSoftplus(fake));
    },
    generator: (fake) => meanSoftplus(fake, -1),
  });
  return madeBy('smoothedLoss', read, loss);
}
