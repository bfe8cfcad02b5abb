import * as tf from '@tensorflow/tfjs-core';
import {
  createAdam,
  createDiscriminator,
  createGanTrainer,
  createGenerator,
  gradientPenalty,
  hingeLoss,
  leakyRelu,
  leastSquaresLoss,
  minimaxLoss,
  mlp,
  nonSaturatingLoss,
  r1Penalty,
  uniformPrior,
  wassersteinLoss,
  type Critic,
  type Generator,
  type RandomStream,
} from 'tfjs-generative';
import type { Experiment } from '../experiment/experiment.js';
import { cells, gridLines, type Learner, type Lesson, type PointsLesson } from './learner.js';
import { ARROWS, HEAT, SAMPLES } from './sizes.js';

export const losses = {
  'non-saturating': nonSaturatingLoss,
  minimax: minimaxLoss,
  'least-squares': leastSquaresLoss,
  hinge: hingeLoss,
  wasserstein: wassersteinLoss,
};

/** The decay of the generator's average, which is sampled. */
export const AVERAGE = 0.995;

/** The penalty of an experiment. */
export function penaltyOf({ penalty }: Experiment, live: Lesson['live']) {
  const penalties = {
    r1: (critic: Critic, real: tf.Tensor) => tf.mul(live().weight, r1Penalty(critic, real)),
    gradient: (critic: Critic, real: tf.Tensor, fake: tf.Tensor, chance: RandomStream) =>
      tf.mul(live().weight, gradientPenalty(critic, real, fake, { mix: chance })),
    none: undefined,
  };
  return penalties[penalty];
}

/** A GAN of points. */
export function createGan({ experiment, live, random }: PointsLesson): Learner {
  const { width, loss } = experiment;
  const network = (name: string, inputs: number, outputs: number) =>
    mlp({ sizes: [inputs, width, width, width, outputs], activation: leakyRelu, random: random.fork(name) });
  const generator = () => createGenerator(network('generator', 2, 2), { latentSize: 2, prior: uniformPrior });
  const [learning, averaged] = [generator(), generator()];
  const discriminator = createDiscriminator(network('discriminator', 2, 1));
  const adam = () => createAdam({ learningRate: () => live().rate, beta1: 0, beta2: 0.99 });
  const trainer = createGanTrainer({
    generator: learning,
    discriminator,
    loss: losses[loss],
    optimizers: { generator: adam(), discriminator: adam() },
    penalty: penaltyOf(experiment, live),
    random,
    average: { into: averaged, decay: AVERAGE },
  });
  const views = random.fork('views');
  const samplesOf = (player: Generator, n: number): tf.Tensor =>
    tf.tidy(() => player.generate(player.sampleLatent(n, views.fork('samples'))));
  return {
    trainer,
    model: { generator: averaged },
    shown: SAMPLES,
    samples: (n) => samplesOf(averaged, n),
    views: {
      /** D at the cells of the plane. */
      heat: () => tf.tidy(() => discriminator.probability(cells(HEAT))),
      /** Samples of the generator that learns, which jump where those of the average glide, `[SAMPLES, 2]`. */
      now: () => samplesOf(learning, SAMPLES),
      /** The same, and where D's gradient tells it to move them, `[ARROWS, 4]`. */
      arrows: () =>
        tf.tidy(() => {
          const points = samplesOf(learning, ARROWS);
          const slope = tf.grad((x: tf.Tensor) => tf.sum(discriminator.logits(x)))(points);
          return tf.concat([points, slope], 1);
        }),
      /** The lines of a grid over the latents, as the generator maps them. */
      warp: () => tf.tidy(() => averaged.generate(gridLines(1))),
    },
    dispose: () => [trainer, learning, averaged, discriminator].forEach((one) => one.dispose()),
  };
}
