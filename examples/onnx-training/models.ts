import * as tf from '@tensorflow/tfjs-core';
import {
  bernoulli,
  cosineSchedule,
  createAdam,
  createDecoder,
  createDenoiser,
  createDiffusionTrainer,
  createDiscriminator,
  createGanTrainer,
  createGaussianEncoder,
  createGenerator,
  createVaeTrainer,
  dcganDiscriminator,
  dcganGenerator,
  mlp,
  nonSaturatingLoss,
  predictVelocity,
  r1Penalty,
  unet,
  type RandomStream,
  type Trainer,
} from 'tfjs-generative';
import { createTokenModel, createTokenTrainer, transformer } from 'tfjs-generative/tokens';
import type { MODELS } from './open-training.js';
import type { Stored } from './safetensors.js';

/** A model that is trained here and elsewhere. */
export interface Trained {
  readonly trainer: Trainer;
  readonly data: Stored;
  readonly batchSize: number;
  /** How many timesteps its schedule has, if it has one. */
  readonly timesteps?: number;
}

/** What the models learn: pictures with pixels in [0, 1], shape `[n, 28, 28, 1]`, and words as rows of letters. */
export interface Data {
  readonly pictures: Stored;
  readonly words: Stored;
}

const [SHAPE, LATENTS] = [[28, 28, 1] as const, 8];
// rates that stay the same: one that decays would be a number of the host, which differs from step to step
const adam = (learningRate: number, beta1?: number) => createAdam({ learningRate, beta1 });

/** The makers of the four models. */
export const makers: Readonly<Record<(typeof MODELS)[number], (data: Data, random: RandomStream) => Trained>> = {
  vae: ({ pictures: { shape, data } }, random) => {
    const encoder = mlp({ sizes: [784, 128, 2 * LATENTS], random: random.fork('encoder') });
    const decoder = mlp({ sizes: [LATENTS, 128, 784], random: random.fork('decoder') });
    const trainer = createVaeTrainer({
      encoder: createGaussianEncoder(encoder, { latentSize: LATENTS }),
      decoder: createDecoder(decoder, { likelihood: bernoulli }),
      optimizer: adam(1e-3),
      random,
    });
    return { trainer, data: { shape: [shape[0]!, 784], data }, batchSize: 64 };
  },

  gan: ({ pictures }, random) => {
    const sizes = { shape: SHAPE, width: 8 };
    const generator = dcganGenerator({ ...sizes, latentSize: LATENTS, random: random.fork('generator') });
    const discriminator = dcganDiscriminator({ ...sizes, random: random.fork('discriminator') });
    const trainer = createGanTrainer({
      generator: createGenerator(generator, { latentSize: LATENTS }),
      discriminator: createDiscriminator(discriminator),
      loss: nonSaturatingLoss,
      penalty: (critic, real) => tf.mul(0.1, r1Penalty(critic, real)),
      optimizers: { generator: adam(2e-4, 0.5), discriminator: adam(2e-4, 0.5) },
      random,
    });
    return { trainer, data: pictures, batchSize: 16 };
  },

  unet: ({ pictures: { shape, data } }, random) => {
    const steps = 1000;
    const denoiser = createDenoiser(unet({ channels: 1, widths: [8, 16], random: random.fork('unet') }), {
      schedule: cosineSchedule({ steps }),
      predicts: predictVelocity,
    });
    const trainer = createDiffusionTrainer({ denoiser, optimizer: adam(1e-3), random });
    return { trainer, data: { shape, data: data.map((pixel) => 2 * pixel - 1) }, batchSize: 16, timesteps: steps };
  },

  transformer: ({ words }, random) => {
    const size = { tokens: 1 + Math.max(...words.data), length: words.shape[1]! };
    const network = transformer({ ...size, width: 32, layers: 2, heads: 4, random: random.fork('transformer') });
    const model = createTokenModel(network, size);
    const trainer = createTokenTrainer({ model, optimizer: adam(3e-3), random });
    return { trainer, data: words, batchSize: 32 };
  },
};
