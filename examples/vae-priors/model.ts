import type * as tf from '@tensorflow/tfjs-core';
import {
  batches,
  bernoulli,
  cosineDecay,
  countParameters,
  createAdam,
  createDecoder,
  createFlowPrior,
  createGaussianEncoder,
  createHierarchicalPrior,
  createMixturePrior,
  createVaeTrainer,
  createVampPrior,
  gaussianPrior,
  mlp,
  type BatchSource,
  type Decoder,
  type GaussianEncoder,
  type LatentDensity,
  type Part,
  type RandomStream,
  type Trainer,
  type VaeMetric,
} from 'tfjs-generative';
import { binaryPixels, firstImages, flatImages } from '../shared/flat-images.js';
import type { Pictures } from '../shared/image-data.js';

/** The priors, in the order of the table and of the picture. */
export const PRIORS = ['standard', 'mixture', 'vamp', 'flow', 'hierarchical'] as const;
export type PriorName = (typeof PRIORS)[number];

/** Two, so that latents can be drawn in the plane. */
const LATENT_SIZE = 2;
const WIDTH = 256;
const BATCH_SIZE = 64;
const LEARNING_RATE = 2e-3;
/** Gaussians of the mixture, and pseudo-inputs of the VampPrior. */
const COMPONENTS = 40;

/** A VAE of flat pictures with two latents. */
export interface Model {
  readonly encoder: GaussianEncoder;
  readonly decoder: Decoder;
  readonly prior: LatentDensity;
  readonly trainer: Trainer<VaeMetric>;
  /** Number of parameters of the prior alone. */
  readonly ofPrior: number;
  dispose(): void;
}

/** What {@link createModel} takes. */
export interface ModelOptions {
  readonly prior: PriorName;
  readonly train: Pictures;
  /** Updates in the whole run, after which the learning rate is 0. */
  readonly steps: number;
  readonly random: RandomStream;
}

/** The same encoder and decoder under one of the priors. */
export function createModel({ prior: name, train, steps, random }: ModelOptions): Model {
  const pixels = flatImages(train).shape[1];
  const encoder = createGaussianEncoder(
    mlp({ sizes: [pixels, WIDTH, WIDTH, 2 * LATENT_SIZE], random: random.fork('encoder') }),
    { latentSize: LATENT_SIZE },
  );
  const decoder = createDecoder(mlp({ sizes: [LATENT_SIZE, WIDTH, WIDTH, pixels], random: random.fork('decoder') }), {
    likelihood: bernoulli,
  });
  const prior = priorOf(name, { encoder, train, random: random.fork('prior') });
  const optimizer = createAdam({ learningRate: cosineDecay({ from: LEARNING_RATE, to: 0, steps }) });
  const trainer = createVaeTrainer({ encoder, decoder, prior, optimizer, random });
  const owners = [trainer, ...('variables' in prior ? [prior] : []), encoder, decoder];
  const inAll = countParameters(encoder, decoder, ...('variables' in prior ? [prior] : []));
  return {
    encoder,
    decoder,
    prior,
    trainer,
    ofPrior: inAll - countParameters(encoder, decoder),
    dispose: () => owners.forEach((owner) => owner.dispose()),
  };
}

interface Given {
  readonly encoder: GaussianEncoder;
  readonly train: Pictures;
  readonly random: RandomStream;
}

function priorOf(name: PriorName, { encoder, train, random }: Given): LatentDensity | (LatentDensity & Part) {
  switch (name) {
    case 'standard':
      return gaussianPrior;
    case 'mixture':
      return createMixturePrior({ components: COMPONENTS, latentSize: LATENT_SIZE, random });
    case 'vamp': {
      const inputs = firstImages(train, COMPONENTS);
      const prior = createVampPrior(encoder, { inputs, range: [0, 1] });
      inputs.dispose();
      return prior;
    }
    case 'flow':
      return createFlowPrior({ latentSize: LATENT_SIZE, random });
    case 'hierarchical': {
      // p(z_1) N(z_2; mean(z_1), variance(z_1))
      const below = mlp({ sizes: [1, 32, 32, 2], random });
      return createHierarchicalPrior([below], { latentSizes: [1, 1] });
    }
  }
}

/** Batches of black and white pictures, whose pixels are drawn from the grey values for each batch. */
export function createSource(train: Pictures, random: RandomStream): BatchSource<tf.Tensor> {
  return batches(flatImages(train), { batchSize: BATCH_SIZE, random, transform: binaryPixels });
}
