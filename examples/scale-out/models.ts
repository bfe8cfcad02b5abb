import * as tf from '@tensorflow/tfjs-core';
import {
  addNoise,
  batches,
  bernoulli,
  convDecoder,
  convEncoder,
  cosineSchedule,
  createAdam,
  createDecoder,
  createDenoiser,
  createDiffusionTrainer,
  createGaussianEncoder,
  createVaeTrainer,
  denoisingTarget,
  elbo,
  predictVelocity,
  unet,
  type BatchSource,
  type RandomStream,
  type Trainer,
} from 'tfjs-generative';
import type { StateDictExample, StateDictParts } from 'tfjs-generative/pytorch';
import type { LabelledImages } from '../shared/image-data.js';

/** The same sizes as in ddp.py. */
const SHAPE = [28, 28, 1] as const;
const [LATENTS, BATCH, STEPS] = [8, 64, 1000];

/** A model whose training starts here and continues in PyTorch. */
export interface Model {
  readonly name: 'vae' | 'diffusion';
  /** The unit of the loss. */
  readonly unit: string;
  readonly part: StateDictParts;
  readonly trainer: Trainer;
  readonly data: BatchSource;
  /** A fixed batch and noise, and their loss: the same number on both sides. */
  readonly loss: StateDictExample;
}

/** A convolutional VAE of binary pictures. */
export function createVae(images: LabelledImages, random: RandomStream): Model {
  const network = {
    encoder: convEncoder({ shape: SHAPE, widths: [8, 16], outputs: 2 * LATENTS, random: random.fork('encoder') }),
    decoder: convDecoder({ inputs: LATENTS, shape: SHAPE, widths: [16, 8], random: random.fork('decoder') }),
  };
  const encoder = createGaussianEncoder(network.encoder, { latentSize: LATENTS });
  const decoder = createDecoder(network.decoder, { likelihood: bernoulli });
  const binary = (x: tf.Tensor): tf.Tensor => tf.cast(tf.greater(x, 0.5), 'float32');
  const run: StateDictExample['run'] = ({ x, noise }) => {
    const posterior = encoder.encode(x!);
    const z = tf.add(posterior.mean, tf.mul(tf.exp(tf.mul(0.5, posterior.logVariance)), noise!));
    const parameters = network.decoder.apply(z);
    return tf.mean(tf.neg(elbo({ x: x!, parameters, likelihood: bernoulli, posterior }).elbo));
  };
  return {
    name: 'vae',
    unit: 'nats',
    part: { encoder, decoder },
    trainer: createVaeTrainer({ encoder, decoder, optimizer: createAdam({ learningRate: 1e-3 }), random }),
    data: sourceOf(images, binary, random),
    loss: { inputs: { x: binary(firstOf(images)), noise: random.fork('noise').normal([BATCH, LATENTS]) }, run },
  };
}

/** A small U-Net that predicts velocities. */
export function createDiffusion(images: LabelledImages, random: RandomStream): Model {
  const schedule = cosineSchedule({ steps: STEPS });
  const network = unet({ channels: 1, widths: [8, 16], random: random.fork('denoiser') });
  const denoiser = createDenoiser(network, { schedule, predicts: predictVelocity });
  const scaled = (x: tf.Tensor): tf.Tensor => tf.sub(tf.mul(2, x), 1);
  const table = (of: (alphaBar: number) => number): tf.Tensor => tf.tensor1d(Float32Array.from(schedule.alphaBar, of));
  const inputs = {
    x: scaled(firstOf(images)),
    noise: random.fork('noise').normal([BATCH, ...SHAPE]),
    timesteps: tf.tensor1d(Int32Array.from({ length: BATCH }, (_, i) => Math.floor(((i + 0.5) * STEPS) / BATCH))),
    alpha: table(Math.sqrt),
    sigma: table((alphaBar) => Math.sqrt(1 - alphaBar)),
  };
  const run: StateDictExample['run'] = ({ x, noise, timesteps }) => {
    const given = denoiser.predict(addNoise(x!, noise!, timesteps!, schedule), timesteps!);
    return tf.mean(tf.square(tf.sub(given, denoisingTarget(x!, noise!, timesteps!, denoiser))));
  };
  return {
    name: 'diffusion',
    unit: 'squared velocities',
    part: { denoiser },
    trainer: createDiffusionTrainer({ denoiser, optimizer: createAdam({ learningRate: 1e-3 }), random }),
    data: sourceOf(images, scaled, random),
    loss: { inputs, run },
  };
}

function firstOf({ images }: LabelledImages): tf.Tensor {
  const pixels = Float32Array.from(images.data.subarray(0, BATCH * 784), (byte) => byte / 255);
  return tf.tensor4d(pixels, [BATCH, ...SHAPE]);
}

function sourceOf(
  { images }: LabelledImages,
  transform: (x: tf.Tensor) => tf.Tensor,
  random: RandomStream,
): BatchSource {
  return batches(images, { batchSize: BATCH, random, transform });
}
