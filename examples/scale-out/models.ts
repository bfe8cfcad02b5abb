import {
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
  predictVelocity,
  unet,
  type BatchSource,
  type HostTensor,
  type RandomStream,
  type Trainer,
} from 'tfjs-generative';
import type { LabelledImages } from '../shared/image-data.js';

const SHAPE = [28, 28, 1] as const;
/** Examples per batch, over all processes. */
export const BATCH = 64;
const LATENTS = 8;

/** A model whose training starts here and continues in PyTorch. */
export interface Model {
  readonly name: string;
  /** The unit of the loss. */
  readonly unit: string;
  readonly trainer: Trainer;
  readonly data: HostTensor;
  readonly source: BatchSource;
  readonly random: RandomStream;
}

/** A convolutional VAE of binary pictures. */
export function createVae(images: LabelledImages, random: RandomStream): Model {
  const network = {
    encoder: convEncoder({ shape: SHAPE, widths: [8, 16], outputs: 2 * LATENTS, random: random.fork('encoder') }),
    decoder: convDecoder({ inputs: LATENTS, shape: SHAPE, widths: [16, 8], random: random.fork('decoder') }),
  };
  const encoder = createGaussianEncoder(network.encoder, { latentSize: LATENTS });
  const decoder = createDecoder(network.decoder, { likelihood: bernoulli });
  const trainer = createVaeTrainer({ encoder, decoder, optimizer: createAdam({ learningRate: 1e-3 }), random });
  return { name: 'VAE', unit: 'nats', trainer, ...dataOf(images, random, (byte) => Number(byte > 127)) };
}

/** A small U-Net that predicts velocities. */
export function createDiffusion(images: LabelledImages, random: RandomStream): Model {
  const network = unet({ channels: 1, widths: [8, 16], random: random.fork('denoiser') });
  const denoiser = createDenoiser(network, { schedule: cosineSchedule({ steps: 1000 }), predicts: predictVelocity });
  const trainer = createDiffusionTrainer({ denoiser, optimizer: createAdam({ learningRate: 1e-3 }), random });
  return {
    name: 'U-Net',
    unit: 'squared velocities',
    trainer,
    ...dataOf(images, random, (byte) => (2 * byte) / 255 - 1),
  };
}

function dataOf({ images }: LabelledImages, random: RandomStream, scaled: (byte: number) => number) {
  const data = { data: Float32Array.from(images.data, scaled), shape: images.shape };
  return { data, random, source: batches(data, { batchSize: BATCH, random }) };
}
