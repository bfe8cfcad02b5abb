import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { checkFloat, checkNotEmpty, checkScalar } from '../../tensor/checks.js';

/**
 * The pair of losses, each to be minimised, that train a discriminator and a generator against each other.
 *
 * The losses of this library are such records; you can also write one by hand.
 *
 * @remarks A generator's loss that compares with data needs the updated discriminator's logits of data, which cost another
 * pass. A trainer makes that pass unless `comparesWithReal` is false, as in all losses here except {@link relativisticLoss}. A
 * loss derived from one of these keeps the field: `{ ...nonSaturatingLoss, discriminator: minimaxLoss.discriminator }`.
 * @example
 * ```ts
 * const squared: AdversarialLoss = {
 *   discriminator: (real, fake) =>
 *     tf.add(tf.mean(tf.square(tf.sub(real, 1))), tf.mean(tf.square(fake))),
 *   generator: (fake) => tf.mean(tf.square(tf.sub(fake, 1))),
 *   comparesWithReal: false,
 * };
 * const [loss] = await squared.discriminator(tf.ones([3, 1]), tf.zeros([3, 1])).data(); // 0
 * ```
 */
export interface AdversarialLoss<Loss extends Tensor = Tensor> {
  /**
   * The discriminator's loss.
   *
   * @param realLogits - of data, `[batch, 1]`
   * @param fakeLogits - of generated examples, `[batch, 1]`; the batches may differ in size
   * @returns a scalar: each term is the mean over its own batch; the caller disposes it
   */
  discriminator(realLogits: Tensor, fakeLogits: Tensor): Loss;
  /**
   * The generator's loss.
   *
   * @param fakeLogits - of generated examples, `[batch, 1]`
   * @param realLogits - of data, `[batch, 1]`, for losses that compare with them
   * @returns a scalar; the caller disposes it
   */
  generator(fakeLogits: Tensor, realLogits?: Tensor): Loss;
  /** Its name, so that a verdict does not advise switching to the loss in use. */
  readonly name?: string | undefined;
  /** Whether the generator's loss uses `realLogits`; true by default. False saves a pass through the discriminator. */
  readonly comparesWithReal?: boolean | undefined;
}

/** The value of a loss; throws unless it is a scalar. */
export function playerLoss(
  loss: AdversarialLoss,
  player: 'discriminator' | 'generator',
  logits: Tensor,
  others: Tensor | undefined,
): Tensor {
  const value = loss[player](logits, others!);
  checkScalar('step', `loss.${player}(...)`, value);
  return value;
}

/** Makes a loss of two formulas, whose logits it checks; the generator's does not compare with data. */
export function adversarialLoss(
  name: string,
  { discriminator, generator }: Pick<AdversarialLoss<Scalar>, 'discriminator' | 'generator'>,
): AdversarialLoss<Scalar> {
  return {
    name,
    discriminator: (realLogits, fakeLogits) => {
      checkBothLogits(`${name}.discriminator`, realLogits, fakeLogits);
      return tf.tidy(() => discriminator(realLogits, fakeLogits));
    },
    generator: (fakeLogits) => {
      checkLogits(`${name}.generator`, 'fakeLogits', fakeLogits);
      return tf.tidy(() => generator(fakeLogits));
    },
    comparesWithReal: false,
  };
}

/** Throws unless `logits` is float32 `[batch, 1]`. */
function checkLogits(where: string, argument: string, logits: Tensor): void {
  checkFloat(where, argument, logits, [null, 1], 'Take them from discriminator.logits(x).');
  checkNotEmpty(where, argument, logits);
}

/** Throws unless both are float32 `[batch, 1]`. */
export function checkBothLogits(where: string, realLogits: Tensor, fakeLogits: Tensor): void {
  checkLogits(where, 'realLogits', realLogits);
  checkLogits(where, 'fakeLogits', fakeLogits);
}
