import * as tf from '@tensorflow/tfjs';
import {
  cosineDecay,
  createAdam,
  createDiscriminator,
  createGanTrainer,
  createGenerator,
  leakyRelu,
  minimaxLoss,
  mlp,
  nonSaturatingLoss,
  r1Penalty,
  type GanMetric,
  type Generator,
  type LatentPrior,
  type RandomStream,
  type Trainer,
} from 'tfjs-generative';

const WIDTH = 128;
const LATENT_SIZE = 2;
const LEARNING_RATE = 2e-3;

/** A game on points in the plane. */
export interface Model {
  readonly trainer: Trainer<GanMetric>;
  /** The generator used for sampling. */
  readonly sampled: Generator;
}

/**
 * The recipe that keeps all modes: the non-saturating game with R1, Adam without momentum, and the average of the generator.
 * In the second half the learning rate decays to a hundredth, and R1 to a tenth, which lets the discriminator see the edges of modes.
 */
export function createModel(steps: number, random: RandomStream): Model {
  const parts = createParts(random);
  const averaged = createParts(random).generator;
  const half = { steps: Math.ceil(steps / 2), after: Math.floor(steps / 2) };
  const learningRate = cosineDecay({ from: LEARNING_RATE, to: LEARNING_RATE / 100, ...half });
  const weight = cosineDecay({ from: 0.1, to: 0.01, ...half });
  const adam = () => createAdam({ learningRate, beta1: 0, beta2: 0.99 });
  const trainer = createGanTrainer({
    ...parts,
    loss: nonSaturatingLoss,
    optimizers: { generator: adam(), discriminator: adam() },
    random,
    penalty: (critic, real, _fake, _random, step) => tf.mul(weight(step), r1Penalty(critic, real)),
    average: { into: averaged, decay: 0.999 },
  });
  return { trainer, sampled: averaged };
}

/** The plain GAN of the paper, with the same networks; it loses modes. */
export function createPlainModel(random: RandomStream): Model {
  const parts = createParts(random);
  const adam = () => createAdam({ learningRate: 1e-3, beta1: 0.5 });
  const optimizers = { generator: adam(), discriminator: adam() };
  const trainer = createGanTrainer({ ...parts, loss: minimaxLoss, optimizers, random });
  return { trainer, sampled: parts.generator };
}

/** Uniform in a square of side 6: the wider the latents, the less the weights must grow to make a sharp edge between two modes. */
const square: LatentPrior = { sample: (shape, random) => random.uniform(shape, -3, 3) };

function createParts(random: RandomStream) {
  const network = (name: string, inputs: number, outputs: number) =>
    mlp({ sizes: [inputs, WIDTH, WIDTH, WIDTH, outputs], activation: leakyRelu, random: random.fork(name) });
  return {
    generator: createGenerator(network('generator', LATENT_SIZE, 2), { latentSize: LATENT_SIZE, prior: square }),
    discriminator: createDiscriminator(network('discriminator', 2, 1)),
  };
}
