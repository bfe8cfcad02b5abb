import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { checkBothLogits } from './adversarial-loss.js';
import { meanSoftplus } from './mean-softplus.js';

/**
 * The value V(D, G) of the game between discriminator and generator, in nats.
 *
 * V = E log D(x) + E log(1 - D(G(z))) = -mean(softplus(-realLogits)) - mean(softplus(fakeLogits))
 *
 * @param realLogits - logits of data, `[batch, 1]`
 * @param fakeLogits - logits of generated examples, `[batch, 1]`; the batches may differ in size
 * @returns a scalar, at most 0; the caller disposes it
 * @throws TypeError or {@link ShapeError} unless logits are float32 `[batch, 1]`
 * @remarks The discriminator raises it; the generator lowers it. For the best discriminator it is
 * 2 JS(data, generated) - log 4, which is lowest, -log 4 = -1.386, when the generator's distribution is that of the data.
 * @example
 * ```ts
 * const undecided = tf.zeros([4, 1]);
 * const [value] = await minimaxValue(undecided, undecided).data(); // -1.386294 = -log 4
 * ```
 * @see Goodfellow et al. 2014, equation 1 and theorem 1, https://arxiv.org/abs/1406.2661
 */
export function minimaxValue(realLogits: Tensor, fakeLogits: Tensor): Scalar {
  checkBothLogits('minimaxValue', realLogits, fakeLogits);
  return tf.tidy(() => tf.sub(tf.neg(meanSoftplus(realLogits, -1)), meanSoftplus(fakeLogits)));
}
