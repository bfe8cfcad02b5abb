import {
  bernoulli,
  createAdam,
  createDecoder,
  createGaussianEncoder,
  createVaeTrainer,
  describeCheckpoint,
  mlp,
  type Decoder,
  type GaussianEncoder,
  type RandomStream,
  type Trainer,
  type VaeMetric,
} from 'tfjs-generative';
import type { LabelledImages } from '../shared/image-data.js';
import { InputError } from '../shared/input-error.js';

const WIDTH = 512;
const LEARNING_RATE = 1e-3;

/** A variational autoencoder and its trainer. */
export interface Model {
  readonly encoder: GaussianEncoder;
  readonly decoder: Decoder;
  readonly trainer: Trainer<VaeMetric>;
}

/** What {@link createModel} takes. */
export interface ModelOptions {
  readonly images: LabelledImages;
  readonly latentSize: number;
  readonly random: RandomStream;
}

/** One hidden layer on each side: pixels - 512 - latents - 512 - pixels. */
export function createModel({ images, latentSize, random }: ModelOptions): Model {
  const pixels = images.images.data.length / images.images.shape[0];
  const encoder = createGaussianEncoder(
    mlp({ sizes: [pixels, WIDTH, 2 * latentSize], random: random.fork('encoder') }),
    { latentSize },
  );
  const decoder = createDecoder(mlp({ sizes: [latentSize, WIDTH, pixels], random: random.fork('decoder') }), {
    likelihood: bernoulli,
  });
  const optimizer = createAdam({ learningRate: LEARNING_RATE });
  return { encoder, decoder, trainer: createVaeTrainer({ encoder, decoder, optimizer, random }) };
}

/** The latent size of the quickstart's model in a checkpoint; `--latent`, if given, must be equal. */
export function readLatentSize(checkpoint: Uint8Array, given: number | undefined): number {
  const latentSize = latentSizeOf(checkpoint);
  if (given === undefined || given === latentSize) return latentSize;
  throw new InputError(`--latent ${given} does not fit --resume: the checkpoint has ${latentSize} latents.`);
}

function latentSizeOf(checkpoint: Uint8Array): number {
  try {
    const { latentSize } = describeCheckpoint(checkpoint).metadata as { latentSize?: unknown };
    if (typeof latentSize === 'number') return latentSize;
  } catch (error) {
    throw new InputError(`--resume: ${(error as Error).message}`);
  }
  throw new InputError('--resume: the file is not a checkpoint of the quickstart.');
}
