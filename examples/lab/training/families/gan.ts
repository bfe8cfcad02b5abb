import * as tf from '@tensorflow/tfjs-core';
import {
  createDiscriminator,
  createGanTrainer,
  createGenerator,
  gradientPenalty,
  hingeLoss,
  leastSquaresLoss,
  minimaxLoss,
  nonSaturatingLoss,
  r1Penalty,
  wassersteinLoss,
  type Critic,
  type LatentOptions,
  type Network,
  type RandomStream,
} from 'tfjs-generative';
import type { Experiment } from '../../experiment/experiment.js';
import type { Lesson } from '../learner.js';
import { liveAdam, withLiveSettings } from '../live.js';

const losses = {
  'non-saturating': nonSaturatingLoss,
  minimax: minimaxLoss,
  'least-squares': leastSquaresLoss,
  hinge: hingeLoss,
  wasserstein: wassersteinLoss,
};

/** The decay of the generator's average, which is sampled. */
const AVERAGE = 0.995;

/** The networks of a GAN. */
interface Networks {
  /** Makes a network from latents to data. */
  readonly generate: () => Network;
  readonly latents: LatentOptions;
  /** From data to a logit. */
  readonly discriminate: Network;
  /** The learning rate of D is this many times that of G. */
  readonly ratesApart?: number;
}

function penaltyOf({ penalty }: Experiment, live: Lesson['live']) {
  const penalties = {
    r1: (critic: Critic, real: tf.Tensor) => tf.mul(live().weight, r1Penalty(critic, real)),
    gradient: (critic: Critic, real: tf.Tensor, fake: tf.Tensor, chance: RandomStream) =>
      tf.mul(live().weight, gradientPenalty(critic, real, fake, { mix: chance })),
    none: undefined,
  };
  return penalties[penalty];
}

/** A GAN of points or pictures, and its trainer; the average of the generator is what is sampled. */
export function makeGan(
  { experiment, live, random }: Lesson,
  { generate, latents, discriminate, ratesApart = 1 }: Networks,
) {
  const [learning, averaged] = [createGenerator(generate(), latents), createGenerator(generate(), latents)];
  const discriminator = createDiscriminator(discriminate);
  const adam = (factor: number) => liveAdam(() => factor * live().rate, { beta1: 0, beta2: 0.99 });
  const trainer = createGanTrainer({
    generator: learning,
    discriminator,
    loss: losses[experiment.loss],
    optimizers: { generator: adam(1), discriminator: adam(ratesApart) },
    discriminatorSteps: () => live().ratio,
    penalty: penaltyOf(experiment, live),
    random,
    average: { into: averaged, decay: AVERAGE },
  });
  return {
    trainer: withLiveSettings(trainer, () => ({ discriminatorSteps: live().ratio })),
    model: { generator: averaged },
    learning,
    averaged,
    discriminator,
    views: random.fork('views'),
    dispose: () => [trainer, learning, averaged, discriminator].forEach((one) => one.dispose()),
  };
}
