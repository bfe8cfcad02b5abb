import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { adversarialLoss, type AdversarialLoss } from './adversarial-loss.js';

/**
 * The least-squares loss: the discriminator pulls its outputs to 1 on data and to 0 on fakes; the generator pulls those on fakes to 1.
 *
 * discriminator = 1/2 mean((realLogits - 1)^2) + 1/2 mean(fakeLogits^2), generator = 1/2 mean((fakeLogits - 1)^2)
 *
 * @remarks The network's output is compared with the targets directly, without a sigmoid. Some libraries omit the factors
 * 1/2; learning rates and weights of penalties then differ by a factor of 2. Its methods throw TypeError or {@link ShapeError}
 * unless logits are float32 `[batch, 1]`.
 * @example
 * ```ts
 * const [loss] = await leastSquaresLoss.generator(tf.tensor2d([[3]])).data(); // 2 = (3 - 1)^2 / 2
 * ```
 * @see Mao et al. 2017, equation 2 with the targets of equation 9, https://arxiv.org/abs/1611.04076
 */
export const leastSquaresLoss: AdversarialLoss<Scalar> = /* @__PURE__ */ adversarialLoss('leastSquaresLoss', {
  discriminator: (real, fake) => tf.add(halfSquare(tf.sub(real, 1)), halfSquare(fake)),
  generator: (fake) => halfSquare(tf.sub(fake, 1)),
});

function halfSquare(distance: Tensor): Scalar {
  return tf.mul(0.5, tf.mean<Scalar>(tf.square(distance)));
}
