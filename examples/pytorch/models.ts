import * as tf from '@tensorflow/tfjs-core';
import {
  bernoulli,
  convDecoder,
  convEncoder,
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
  unet,
  type Batch,
  type Network,
  type RandomStream,
} from 'tfjs-generative';
import type { StateDictExample, StateDictParts } from 'tfjs-generative/pytorch';

const SHAPE = [28, 28, 1] as const;
const LATENTS = 8;
const BATCH = 16;

/** A model that is sent to Python and back. */
export interface Travelling {
  /** The name of the files, and of the model in round_trip.py. */
  readonly name: string;
  readonly part: StateDictParts;
  readonly example: StateDictExample;
  /** Trains for a few steps, so that no weight or statistic has its initial value. */
  train(): void;
}

/** All models, with initial weights, and images for their examples. */
export function createModels(images: tf.Tensor, random: RandomStream): Travelling[] {
  const flat = tf.reshape(images, [-1, 784]);
  const convolutional = {
    encoder: convEncoder({ shape: SHAPE, widths: [8, 16, 32], outputs: 2 * LATENTS, random: random.fork('encoder') }),
    decoder: convDecoder({ inputs: LATENTS, shape: SHAPE, widths: [32, 16, 8], random: random.fork('decoder') }),
  };
  const dense = {
    encoder: mlp({ sizes: [784, 64, 2 * LATENTS], random: random.fork('dense encoder') }),
    decoder: mlp({ sizes: [LATENTS, 64, 784], random: random.fork('dense decoder') }),
  };
  return [
    vae('vae-dense', dense, flat, random),
    vae('vae-conv', convolutional, images, random),
    ...gan(images, random),
    diffusion(images, random),
  ];
}

const adam = () => createAdam({ learningRate: 1e-3 });

/** Trains for three steps. */
function steps(trainer: { step(batch: Batch): object; dispose(): void }, batch: Batch): void {
  for (let i = 0; i < 3; i++) tf.dispose(trainer.step(batch) as never);
  trainer.dispose();
}

function vae(
  name: string,
  networks: { encoder: Network; decoder: Network },
  images: tf.Tensor,
  random: RandomStream,
): Travelling {
  const encoder = createGaussianEncoder(networks.encoder, { latentSize: LATENTS });
  const decoder = createDecoder(networks.decoder, { likelihood: bernoulli });
  return {
    name,
    part: { encoder, decoder },
    example: {
      inputs: { x: tf.slice(images, 0, BATCH) },
      run: ({ x }) => networks.decoder.apply(encoder.encode(x!).mean),
    },
    train: () => steps(createVaeTrainer({ encoder, decoder, optimizer: adam(), random }), { x: images }),
  };
}

function gan(images: tf.Tensor, random: RandomStream): Travelling[] {
  const sizes = { shape: SHAPE, width: 8 };
  const generator = createGenerator(
    dcganGenerator({ ...sizes, latentSize: LATENTS, random: random.fork('generator') }),
    { latentSize: LATENTS },
  );
  const discriminator = createDiscriminator(dcganDiscriminator({ ...sizes, random: random.fork('discriminator') }));
  const optimizers = { generator: adam(), discriminator: adam() };
  const x = generator.sampleLatent(BATCH, random.fork('latents'));
  return [
    {
      name: 'dcgan-generator',
      part: generator,
      example: { inputs: { input: x }, run: ({ input }) => generator.generate(input!) },
      train: () =>
        steps(createGanTrainer({ generator, discriminator, loss: nonSaturatingLoss, optimizers, random }), {
          x: images,
        }),
    },
    {
      name: 'dcgan-discriminator',
      part: discriminator,
      example: { inputs: { input: tf.slice(images, 0, BATCH) }, run: ({ input }) => discriminator.logits(input!) },
      train: () => undefined,
    },
  ];
}

function diffusion(images: tf.Tensor, random: RandomStream): Travelling {
  const network = unet({ channels: 1, widths: [16, 32], attention: [1], classes: 10, random: random.fork('unet') });
  const denoiser = createDenoiser(network, { schedule: cosineSchedule({ steps: 1000 }), predicts: predictVelocity });
  const labels = tf.tensor1d(
    Array.from({ length: BATCH }, (_, i) => i % 10),
    'int32',
  );
  const timesteps = tf.tensor1d(
    Array.from({ length: BATCH }, (_, i) => 66 * i),
    'int32',
  );
  const x = tf.slice(images, 0, BATCH);
  return {
    name: 'unet',
    part: denoiser,
    example: {
      inputs: { x, timesteps, labels },
      run: ({ x, timesteps, labels }) => denoiser.predict(x!, timesteps!, { condition: labels! }),
    },
    train: () => steps(createDiffusionTrainer({ denoiser, optimizer: adam(), random }), { x, condition: labels }),
  };
}
