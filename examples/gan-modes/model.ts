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
  type Critic,
  type RandomStream,
} from 'tfjs-generative';

const WIDTH = 128;
const LATENT_SIZE = 2;

/** A game on points of the plane; `sampled` is the generator to look at. */
export type Model = ReturnType<typeof createModel>;

/**
 * The recipe that keeps all modes: the non-saturating game with R1, Adam without momentum, a learning rate that ends at
 * nothing, and the average of the generator.
 */
export function createModel(steps: number, random: RandomStream) {
  const parts = createParts(random);
  const averaged = createParts(random).generator;
  const adam = () =>
    createAdam({
      learningRate: cosineDecay({ from: 1e-3, to: 1e-6, steps: Math.ceil(steps / 2), after: Math.floor(steps / 2) }),
      beta1: 0,
      beta2: 0.99,
    });
  const trainer = createGanTrainer({
    ...parts,
    loss: nonSaturatingLoss,
    optimizers: { generator: adam(), discriminator: adam() },
    random,
    penalty: (critic: Critic, real: tf.Tensor) => tf.mul(0.1, r1Penalty(critic, real)),
    average: { into: averaged, decay: 0.999 },
  });
  return { trainer, sampled: averaged };
}

/** The plain game of the paper, between the same networks: it loses modes. */
export function createPlainModel(random: RandomStream): Model {
  const parts = createParts(random);
  const adam = () => createAdam({ learningRate: 1e-3, beta1: 0.5 });
  const optimizers = { generator: adam(), discriminator: adam() };
  return { trainer: createGanTrainer({ ...parts, loss: minimaxLoss, optimizers, random }), sampled: parts.generator };
}

function createParts(random: RandomStream) {
  const network = (name: string, inputs: number, outputs: number) =>
    mlp({ sizes: [inputs, WIDTH, WIDTH, WIDTH, outputs], activation: leakyRelu, random: random.fork(name) });
  return {
    generator: createGenerator(network('generator', LATENT_SIZE, 2), { latentSize: LATENT_SIZE }),
    discriminator: createDiscriminator(network('discriminator', 2, 1)),
  };
}
