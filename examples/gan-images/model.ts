import * as tf from '@tensorflow/tfjs';
import {
  batches,
  cosineDecay,
  countParameters,
  createAdam,
  createDiscriminator,
  createGanTrainer,
  createGenerator,
  dcganDiscriminator,
  dcganGenerator,
  nonSaturatingLoss,
  r1Penalty,
  type Generator,
  type RandomStream,
} from 'tfjs-generative';
import { CLASSES, type LabelledImages } from '../shared/image-data.js';

const BATCH_SIZE = 32;
const SHAPE = [28, 28, 1] as const;
const LATENT_SIZE = 32;
const WIDTH = 24;
/** Two time scales, as in Heusel et al. 2017. */
const LEARNING_RATES = { generator: 1e-3, discriminator: 2e-3 };
const [BETA1, BETA2] = [0, 0.99];
const R1_WEIGHT = 0.05;
const AVERAGE_DECAY = 0.999;

/** What {@link createModel} takes. */
export interface ModelOptions {
  /** Whether both networks are conditioned on the class. */
  readonly classes: boolean;
  /** Number of updates in the whole run, after which the learning rate is 0. */
  readonly steps: number;
  readonly random: RandomStream;
  /** Channels at 14 x 14 pixels in both networks; at 7 x 7 there are twice as many. 24 by default. */
  readonly width?: number;
}

/** The trainer of a DCGAN, with the non-saturating loss and R1, and the running average of its generator, used for sampling. */
export function createModel({ classes, steps, random, width }: ModelOptions) {
  const generator = createImageGenerator(classes, random, width);
  const averaged = createImageGenerator(classes, random, width);
  const discriminator = createDiscriminator(
    dcganDiscriminator({ ...sizes(classes, width), random: random.fork('discriminator') }),
  );
  // constant for the first half, then along a cosine to 0
  const adam = (from: number) =>
    createAdam({
      learningRate: cosineDecay({ from, to: 0, steps: Math.ceil(steps / 2), after: Math.floor(steps / 2) }),
      beta1: BETA1,
      beta2: BETA2,
    });
  const trainer = createGanTrainer({
    generator,
    discriminator,
    loss: nonSaturatingLoss,
    optimizers: { generator: adam(LEARNING_RATES.generator), discriminator: adam(LEARNING_RATES.discriminator) },
    random,
    penalty: (critic, real) => tf.mul(R1_WEIGHT, r1Penalty(critic, real)),
    average: { into: averaged, decay: AVERAGE_DECAY },
  });
  const parts = [trainer, generator, discriminator, averaged];
  return {
    trainer,
    averaged,
    parameters: countParameters(generator, discriminator),
    dispose: () => parts.forEach((part) => part.dispose()),
  };
}

/** Batches of pictures; with `classes`, also their labels. */
export function createSource({ images, labels }: LabelledImages, classes: boolean, random: RandomStream) {
  return batches({ x: images, ...(classes ? { condition: labels } : {}) }, { batchSize: BATCH_SIZE, random });
}

/** Makes pictures of clothes from latents and, with `classes`, labels. */
export function createImageGenerator(classes: boolean, random: RandomStream, width = WIDTH): Generator {
  const network = dcganGenerator({
    ...sizes(classes, width),
    latentSize: LATENT_SIZE,
    random: random.fork('generator'),
  });
  return createGenerator(network, { latentSize: LATENT_SIZE });
}

function sizes(classes: boolean, width = WIDTH) {
  return { shape: SHAPE, width, ...(classes ? { classes: CLASSES } : {}) };
}
