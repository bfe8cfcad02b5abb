import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { outsideOfTape } from '../gradients/tape.js';
import type { ApplyOptions, Part } from '../nets/network.js';
import type { RandomStream } from '../random/index.js';
import { checkShape } from '../tensor/checks.js';
import type { GuardedOptimizer } from '../training/optimizers/guard.js';
import { partOf } from '../training/trainer/part-of.js';
import { update } from '../training/trainer/update.js';
import type { Look } from './diagnostics.js';
import type { Discriminator } from './discriminator.js';
import type { GanMetric, GanTrainerOptions } from './gan-options.js';

/** What a discriminator's pass over both batches gives. */
export interface Judgement {
  /** What it minimises: its adversarial loss and the penalty. */
  readonly loss: Tensor;
  readonly realLogits: Tensor;
  readonly fakeLogits: Tensor;
  readonly metrics: Readonly<Record<Exclude<GanMetric, 'generatorLoss'>, Tensor>>;
}

type Rules = Pick<GanTrainerOptions, 'discriminator' | 'loss' | 'penalty'>;

/** The discriminator's loss on real and fake examples; the penalty draws from the options' stream. */
export function judgeBatch(
  { discriminator, loss, penalty }: Rules,
  real: Tensor,
  fake: Tensor,
  applyOptions: ApplyOptions & { readonly random: RandomStream },
): Judgement {
  const { logits, forget } = passesOver([real, fake], discriminator, applyOptions);
  try {
    // first, because what it computes inside of its gradient serves the loss too, but not the other way round
    const added = penalty?.({ logits }, real, fake, applyOptions.random);
    const [realLogits, fakeLogits] = [logits(real), logits(fake)];
    const discriminatorLoss = loss.discriminator(realLogits, fakeLogits);
    return {
      loss: added === undefined ? discriminatorLoss : tf.add(discriminatorLoss, added),
      realLogits,
      fakeLogits,
      metrics: {
        discriminatorLoss,
        realLogit: tf.mean(realLogits),
        fakeLogit: tf.mean(fakeLogits),
        penalty: added ?? tf.scalar(0),
      },
    };
  } finally {
    forget();
  }
}

/**
 * A critic that passes over each of the given batches once: R1 asks for the logits of the very examples of which the loss
 * asks for them. A discriminator with statistics passes anew, because those do not move inside of a penalty.
 */
function passesOver(batches: readonly Tensor[], discriminator: Discriminator, applyOptions: ApplyOptions) {
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

/** What both updates need. */
export interface GameOptions extends Omit<GanTrainerOptions, 'optimizers'> {
  readonly optimizers: { readonly generator: GuardedOptimizer; readonly discriminator: GuardedOptimizer };
}

/** One step's batch, and the random numbers of the game. */
export interface Round {
  readonly real: Tensor;
  readonly applyOptions: ApplyOptions & { readonly random: RandomStream };
  /** Looks at the game on the way. */
  readonly look?: ((at: Look) => Tensor) | undefined;
}

/** Scalars, and what was looked at. */
export type RoundMetrics = Readonly<Record<GanMetric | 'signs', Tensor>>;

/** One update of the discriminator, with a generator that only gives examples: neither its weights nor its statistics move. */
export function updateDiscriminator(game: GameOptions, round: Round): RoundMetrics {
  const { generator } = game;
  const latents = latentsFor(game, round);
  const fake = stayingPut(generator, () => generate(game, latents, round));
  return teachDiscriminator(game, round, fake, true);
}

/**
 * One update of the discriminator, then one of the generator by the new discriminator. One pass of the generator serves both:
 * what it gives does not change by the discriminator's update, which is none of its gradient's business.
 */
export function updateBoth(game: GameOptions, round: Round): RoundMetrics {
  const { generator, discriminator, loss, augment, optimizers, clipNorm } = game;
  const { real, applyOptions } = round;
  const latents = latentsFor(game, round);
  const objective = () => {
    const fake = generate(game, latents, round);
    const metrics = outsideOfTape(() => teachDiscriminator(game, round, fake, false));
    const logits = (x: Tensor): Tensor => {
      const seen = augment?.(x, applyOptions.random) ?? x;
      return stayingPut(discriminator, () => discriminator.logits(seen, applyOptions));
    };
    const fakeLogits = logits(fake);
    const generatorLoss = loss.generator(fakeLogits, loss.generator.length > 1 ? logits(real) : undefined);
    return { loss: generatorLoss, metrics: { ...metrics, generatorLoss } };
  };
  return update({ objective, ...partOf(generator), optimizer: optimizers.generator, clipNorm });
}

function latentsFor({ generator }: GameOptions, { real, applyOptions }: Round): Tensor {
  return generator.sampleLatent(real.shape[0], applyOptions.random);
}

function generate({ generator }: GameOptions, latents: Tensor, { real, applyOptions }: Round): Tensor {
  const fake = generator.generate(latents, applyOptions);
  const fix = 'Give the generator the shape of the data, or the data that of the generator.';
  checkShape('step', 'generator output', fake, real.shape, fix);
  return fake;
}

/** The discriminator's update; the generator's loss of the same passes is reported unless its own update does it better. */
function teachDiscriminator(game: GameOptions, round: Round, fake: Tensor, reportsGenerator: boolean): RoundMetrics {
  const { discriminator, loss, augment, optimizers, clipNorm } = game;
  const { real, applyOptions, look } = round;
  const [realSeen, fakeSeen] = [real, fake].map((x) => augment?.(x, applyOptions.random) ?? x) as [Tensor, Tensor];
  const objective = () => {
    const { loss: total, metrics, ...logits } = judgeBatch(game, realSeen, fakeSeen, applyOptions);
    const reported = outsideOfTape(() => ({
      generatorLoss: reportsGenerator ? loss.generator(logits.fakeLogits, logits.realLogits) : tf.scalar(0),
      signs: look?.({ real, fake, ...logits, ...metrics }) ?? tf.scalar(0),
    }));
    return { loss: total, metrics: { ...metrics, ...reported } };
  };
  return update({ objective, ...partOf(discriminator), optimizer: optimizers.discriminator, clipNorm });
}

/** Runs work in which a part is in training without being trained: its statistics are put back. */
function stayingPut(part: Part, work: () => Tensor): Tensor {
  const { buffers = [] } = part;
  return tf.tidy(() => {
    const before = outsideOfTape(() => buffers.map((buffer) => tf.clone(buffer)));
    try {
      return work();
    } finally {
      buffers.forEach((buffer, i) => buffer.assign(before[i]!));
    }
  });
}
