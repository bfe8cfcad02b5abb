import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { wrongKind } from '../../tensor/errors.js';
import { checkBothLogits, type AdversarialLoss } from './adversarial-loss.js';
import { meanSoftplus } from './mean-softplus.js';

/**
 * The relativistic loss: given a real and a generated example, the discriminator says which one is real.
 *
 * discriminator = mean over all pairs i, j of softplus(-(realLogits_i - fakeLogits_j)),
 * generator = mean over all pairs of softplus(realLogits_i - fakeLogits_j)
 *
 * @remarks A fake is judged only in comparison with data, which, as the second paper argues, keeps the generator from
 * dropping modes. With R1 and R2 penalties it is the loss of R3GAN. The papers pair each real example with one fake; using
 * all pairs has the same expectation and less variance, and the batches may differ in size.
 *
 * `relativisticLoss.generator` needs `realLogits`, and throws TypeError without them. Its methods throw TypeError or
 * {@link ShapeError} unless logits are float32 `[batch, 1]`.
 * @example
 * ```ts
 * const [real, fake] = [tf.tensor2d([[2], [1]]), tf.tensor2d([[1]])];
 * const [loss] = await relativisticLoss.generator(fake, real).data(); // 1.003204 = (log(1 + e) + log 2) / 2
 * ```
 * @see Jolicoeur-Martineau 2018, https://arxiv.org/abs/1807.00734; Huang et al. 2024, equation 2, https://arxiv.org/abs/2501.05441
 */
export const relativisticLoss: AdversarialLoss<Scalar> = {
  name: 'relativisticLoss',
  discriminator: (realLogits: Tensor, fakeLogits: Tensor): Scalar => {
    checkBothLogits('relativisticLoss.discriminator', realLogits, fakeLogits);
    return tf.tidy(() => meanSoftplus(differences(fakeLogits, realLogits)));
  },
  generator: (fakeLogits: Tensor, realLogits?: Tensor): Scalar => {
    const where = 'relativisticLoss.generator';
    if (realLogits === undefined) {
      throw wrongKind(where, 'realLogits', 'must be the logits of data, with which the fakes are compared', {
        got: realLogits,
        fix: 'Call generator(fakeLogits, discriminator.logits(x)).',
      });
    }
    checkBothLogits(where, realLogits, fakeLogits);
    return tf.tidy(() => meanSoftplus(differences(realLogits, fakeLogits)));
  },
  comparesWithReal: true,
};

/** a_i - b_j for all pairs: `[a, b]`. */
function differences(a: Tensor, b: Tensor): Tensor {
  return tf.sub(a, tf.reshape(b, [1, -1]));
}
