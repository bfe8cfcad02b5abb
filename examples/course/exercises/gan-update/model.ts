import type { Scalar, Tensor } from '@tensorflow/tfjs-core';

/** What the update is given: networks as functions of their weights, and two losses of the exercise before. */
export interface Model {
  /** The fakes, `[batch, features]`. */
  generate(generator: Tensor, noise: Tensor): Tensor;
  /** The logits, `[batch, 1]`. */
  judge(discriminator: Tensor, x: Tensor): Tensor;
  /** A scalar, which is small if the discriminator separates real data from fakes. */
  discriminatorLoss(realLogits: Tensor, fakeLogits: Tensor): Scalar;
  /** The non-saturating loss, a scalar. */
  generatorLoss(fakeLogits: Tensor): Scalar;
}
