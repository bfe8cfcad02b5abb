import * as tf from '@tensorflow/tfjs-core';
import type { Scalar } from '@tensorflow/tfjs-core';
import { relu } from '../../gradients/elementwise.js';
import { adversarialLoss, type AdversarialLoss } from './adversarial-loss.js';

/**
 * The hinge loss: the discriminator pushes data above 1 and fakes below -1, and learns nothing from examples already there.
 *
 * discriminator = mean(max(0, 1 - realLogits)) + mean(max(0, 1 + fakeLogits)), generator = -mean(fakeLogits)
 *
 * @remarks The generator's loss has no lower bound, so the slope of the discriminator must be bounded,
 * for example by {@link spectralNorm}. Its methods throw TypeError or {@link ShapeError} unless logits are float32
 * `[batch, 1]`.
 * @example
 * ```ts
 * const [real, fake] = [tf.tensor2d([[3], [0.5]]), tf.tensor2d([[-2]])];
 * const [loss] = await hingeLoss.discriminator(real, fake).data(); // 0.25
 * ```
 * @see Lim and Ye 2017, https://arxiv.org/abs/1705.02894; Miyato et al. 2018, equations 16 and 17, https://arxiv.org/abs/1802.05957
 */
export const hingeLoss: AdversarialLoss<Scalar> = /* @__PURE__ */ adversarialLoss('hingeLoss', {
  discriminator: (real, fake) => tf.add(tf.mean(relu(tf.sub(1, real))), tf.mean(relu(tf.add(1, fake)))),
  generator: (fake) => tf.neg(tf.mean<Scalar>(fake)),
});
