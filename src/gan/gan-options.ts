import type * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { RandomStream } from '../random/index.js';
import type { AverageOptions } from '../training/trainer/average.js';
import type { Optimizer } from '../training/optimizers/optimizer.js';
import type { Schedule } from '../training/optimizers/schedules.js';
import { checkDiscriminator, type Discriminator } from './discriminator.js';
import { checkGenerator, type Generator } from './generator.js';
import type { Critic } from './input-gradient.js';
import type { AdversarialLoss } from './losses/adversarial-loss.js';
import { checkFunction, checkInteger, checkRecord } from '../tensor/checks.js';
import { readOptions } from '../tensor/options.js';
import { averagesOf, trainerRules } from '../training/trainer/trainer-options.js';
import { checkOptimizer } from '../training/optimizers/read-optimizer.js';

/** The metrics of a GAN's trainer, means over the batch: both adversarial losses, the logits, and the penalty as added to the loss. */
export type GanMetric = 'discriminatorLoss' | 'generatorLoss' | 'realLogit' | 'fakeLogit' | 'penalty';

/** Options of {@link createGanTrainer}. */
export interface GanTrainerOptions {
  /** Turns latents into examples; trained to make examples like the data. */
  readonly generator: Generator;
  /** The part that distinguishes data from generated examples. */
  readonly discriminator: Discriminator;
  /** The losses that the two parts minimise, for example {@link nonSaturatingLoss}. */
  readonly loss: AdversarialLoss;
  /** One for each part, from {@link createAdam} or any `tf.Optimizer`; their learning rates may differ. */
  readonly optimizers: {
    /** Updates the generator's variables. */
    readonly generator: Optimizer | tf.Optimizer;
    /** Updates the discriminator's variables. */
    readonly discriminator: Optimizer | tf.Optimizer;
  };
  /** The source of latents and of all noise of the parts, `augment` and `penalty`, through its fork `gan trainer`. */
  readonly random: RandomStream;
  /**
   * Updates of the discriminator per update of the generator; 1 by default. With a schedule, step s updates the generator as well if s + 1
   * is a multiple of the schedule's value at s, rounded to an integer of at least 1.
   */
  readonly discriminatorSteps?: number | Schedule | undefined;
  /**
   * Added to the discriminator's loss: `(critic, real) => tf.mul(0.1, r1Penalty(critic, real))`. The critic is the
   * discriminator with the options of this update, including the batch's condition; `real` and `fake` are its inputs. `step`
   * counts the steps so far, across checkpoints; a {@link Schedule} of it makes a weight that changes. None by default.
   */
  readonly penalty?:
    | ((critic: Critic, real: Tensor, fake: Tensor, random: RandomStream, step: number) => Tensor)
    | undefined;
  /**
   * Changes the input of the discriminator, both real and generated examples: {@link randomTranslation}, {@link instanceNoise}. `step` is
   * the same as in `penalty`. By default, inputs are not changed.
   */
  readonly augment?: ((images: Tensor, random: RandomStream, step: number) => Tensor) | undefined;
  /** A running average of the generator, whose examples are better than those of the generator itself; none by default. */
  readonly average?: AverageOptions<Generator> | undefined;
  /** The gradients of each update are scaled down to this global norm, above 0; by default they are not. */
  readonly clipNorm?: number | undefined;
}

/** Checks the options and fills in defaults. Options that all trainers share are checked by {@link createTrainer}. */
export function readGanOptions(where: string, options: GanTrainerOptions) {
  const { average, ...read } = readOptions(where, options, {
    generator: checkGenerator,
    discriminator: checkDiscriminator,
    loss: checkLoss,
    optimizers: checkOptimizers,
    ...trainerRules,
    discriminatorSteps: { is: checkSteps, default: 1 },
    penalty: { is: checkFunction, default: undefined },
    augment: { is: checkFunction, default: undefined },
  });
  return { ...read, averages: averagesOf(where, 'generator', read.generator, average, checkGenerator) };
}

function checkOptimizers(where: string, argument: string, optimizers: GanTrainerOptions['optimizers']): void {
  readOptions(where, optimizers, { generator: checkOptimizer, discriminator: checkOptimizer }, argument);
}

function checkSteps(where: string, argument: string, value: number | Schedule): void {
  if (typeof value !== 'function') checkInteger(where, argument, value);
}

function checkLoss(where: string, argument: string, loss: AdversarialLoss): void {
  checkRecord(where, argument, loss, 'discriminator generator', 'nonSaturatingLoss, hingeLoss');
}
