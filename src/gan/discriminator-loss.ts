import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { ApplyOptions } from '../nets/network.js';
import type { RandomStream } from '../random/index.js';
import { checkScalar } from '../tensor/checks.js';
import type { Discriminator } from './discriminator.js';
import type { GanTrainerOptions } from './gan-options.js';
import type { Critic } from './input-gradient.js';
import { lossOf } from './losses/adversarial-loss.js';

/** What a discriminator sees: data, and what the generator made. */
export interface Examples {
  readonly real: Tensor;
  readonly fake: Tensor;
  /** Updates of the discriminator so far. */
  readonly step: number;
  readonly options: ApplyOptions & { readonly random: RandomStream };
}

/** The discriminator's loss on {@link Examples}, and what it is made of. */
export interface DiscriminatorLoss {
  /** What it minimises: its adversarial loss and the penalty. */
  readonly loss: Tensor;
  readonly discriminatorLoss: Tensor;
  readonly realLogits: Tensor;
  readonly fakeLogits: Tensor;
  /** As added; 0 without one. */
  readonly penalty: Tensor;
}

/** The discriminator's loss: loss.discriminator(D(real), D(fake)) + penalty, which draws from the options' stream. */
export function discriminatorLoss(
  { discriminator, loss, penalty }: Pick<GanTrainerOptions, 'discriminator' | 'loss' | 'penalty'>,
  { real, fake, step, options }: Examples,
): DiscriminatorLoss {
  const critic = passOnce(discriminator, [real, fake], options);
  try {
    // first, because what it computes inside of its gradient serves the loss too, but not the other way round
    const added = penalty?.(critic, real, fake, options.random, step) ?? tf.scalar(0);
    checkScalar('step', 'penalty(...)', added);
    const [realLogits, fakeLogits] = [critic.logits(real), critic.logits(fake)];
    const adversarial = lossOf(loss, 'discriminator', realLogits, fakeLogits);
    const total = penalty === undefined ? adversarial : tf.add(adversarial, added);
    return { loss: total, discriminatorLoss: adversarial, realLogits, fakeLogits, penalty: added };
  } finally {
    critic.forget();
  }
}

/**
 * A critic that passes over each of the given batches once: R1 asks for the logits of the very examples of which the loss
 * asks for them. A discriminator with statistics passes anew, because those do not move inside of a penalty.
 */
function passOnce(
  discriminator: Discriminator,
  batches: readonly Tensor[],
  applyOptions: ApplyOptions,
): Critic & { forget(): void } {
  const known = new Map<Tensor, Tensor>();
  const isPure = (discriminator.buffers ?? []).length === 0;
  const logits = (x: Tensor, more?: ApplyOptions): Tensor => {
    if (!isPure || more !== undefined || !batches.includes(x))
      return discriminator.logits(x, { ...applyOptions, ...more });
    if (!known.has(x)) known.set(x, tf.keep(discriminator.logits(x, applyOptions)));
    return tf.clone(known.get(x)!);
  };
  return { logits, forget: () => tf.dispose([...known.values()]) };
}
