import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { ApplyOptions } from '../nets/network.js';
import type { RandomStream } from '../random/index.js';
import { checkResult, checkScalar } from '../tensor/checks.js';
import type { Discriminator } from './discriminator.js';
import type { GanTrainerOptions } from './gan-options.js';
import type { Critic } from './input-gradient.js';
import { playerLoss } from './losses/adversarial-loss.js';

/** The input of a discriminator's update: data and generated examples. */
export interface Examples {
  readonly real: Tensor;
  readonly fake: Tensor;
  /** Updates of the discriminator so far. */
  readonly step: number;
  readonly options: ApplyOptions & { readonly random: RandomStream };
}

/** The discriminator's loss on {@link Examples}, and its terms. */
export interface DiscriminatorLoss {
  /** The loss to minimise: the adversarial loss plus the penalty. */
  readonly loss: Tensor;
  readonly discriminatorLoss: Tensor;
  readonly realLogits: Tensor;
  readonly fakeLogits: Tensor;
  /** The penalty as added to the loss; 0 without one. */
  readonly penalty: Tensor;
}

/** The discriminator's loss: loss.discriminator(D(real), D(fake)) + penalty; the penalty draws from the options' stream. */
export function discriminatorLoss(
  { discriminator, loss, penalty }: Pick<GanTrainerOptions, 'discriminator' | 'loss' | 'penalty'>,
  { real, fake, step, options }: Examples,
): DiscriminatorLoss {
  const critic = passOnce(discriminator, [real, fake], options);
  try {
    // First, because the loss can reuse logits computed inside the penalty's gradient, but not the other way round.
    const added = penalty === undefined ? tf.scalar(0) : penalty(critic, real, fake, options.random, step);
    checkScalar('step', 'penalty(...)', added);
    const [realLogits, fakeLogits] = [critic.logits(real), critic.logits(fake)];
    const adversarial = playerLoss(loss, 'discriminator', realLogits, fakeLogits);
    const total = penalty === undefined ? adversarial : tf.add(adversarial, added);
    return { loss: total, discriminatorLoss: adversarial, realLogits, fakeLogits, penalty: added };
  } finally {
    critic.forget();
  }
}

/**
 * A critic that computes the logits of each of these batches once: R1 needs the logits of the same examples as the loss. A
 * discriminator with statistics computes them again, because its statistics are not updated inside a penalty.
 */
function passOnce(
  discriminator: Discriminator,
  batches: readonly Tensor[],
  applyOptions: ApplyOptions,
): Critic & { forget(): void } {
  const cache = new Map<Tensor, Tensor>();
  const isPure = (discriminator.buffers ?? []).length === 0;
  const logitsOf = (x: Tensor, more?: ApplyOptions): Tensor => {
    const logits = discriminator.logits(x, { ...applyOptions, ...more });
    checkResult('step', 'discriminator.logits(x)', logits, [x.shape[0], 1]);
    return logits;
  };
  const logits = (x: Tensor, more?: ApplyOptions): Tensor => {
    if (!isPure || more !== undefined || !batches.includes(x)) return logitsOf(x, more);
    if (!cache.has(x)) cache.set(x, tf.keep(logitsOf(x)));
    return tf.clone(cache.get(x)!);
  };
  return { logits, forget: () => tf.dispose([...cache.values()]) };
}
