import {
  convDecoder,
  convEncoder,
  cosineDecay,
  cosineSchedule,
  createAdam,
  createDecoder,
  createDenoiser,
  createDiffusionTrainer,
  createGaussianEncoder,
  createVaeTrainer,
  denoisingMlp,
  gaussian,
  predictVelocity,
  type Decoder,
  type Denoiser,
  type DiffusionMetric,
  type GaussianEncoder,
  type RandomStream,
  type Trainer,
  type VaeMetric,
} from 'tfjs-generative';
import { CLASSES } from '../shared/image-data.js';

const SHAPE = [28, 28, 1] as const;
const LATENT_SIZE = 24;
/** Channels at 14 x 14 and at 7 x 7 pixels. */
const WIDTHS = [16, 32];
/** Little noise: the latents then carry much of a picture, and reconstructions are sharp. */
const likelihood = gaussian({ variance: 0.02 });
const DENOISER_WIDTH = 256;
/** The learning rate of both models; it decays along a cosine to 0. */
const LEARNING_RATE = 2e-3;
const AVERAGE_DECAY = 0.999;
/** The share of latents whose class is dropped, so that samples can be guided. */
const DROPPED = 0.1;

/** A variational autoencoder and its trainer. */
export interface Vae {
  readonly encoder: GaussianEncoder;
  readonly decoder: Decoder;
  readonly trainer: Trainer<VaeMetric>;
  dispose(): void;
}

/** A denoiser of latents and its trainer. */
export interface LatentModel {
  readonly trainer: Trainer<DiffusionMetric>;
  /** The running average of the denoiser, used for sampling. */
  readonly averaged: Denoiser;
  dispose(): void;
}

/** What {@link createVae} and {@link createLatentModel} take. */
export interface ModelOptions {
  /** Number of updates in the whole run, after which the learning rate is 0. */
  readonly steps: number;
  readonly random: RandomStream;
}

/** An unconditional VAE for pictures `[batch, 28, 28, 1]` in [0, 1]. */
export function createVae({ steps, random }: ModelOptions): Vae {
  const encoder = createGaussianEncoder(
    convEncoder({ shape: SHAPE, widths: WIDTHS, outputs: 2 * LATENT_SIZE, random: random.fork('encoder') }),
    { latentSize: LATENT_SIZE },
  );
  const decoder = createDecoder(
    convDecoder({ inputs: LATENT_SIZE, shape: SHAPE, widths: [...WIDTHS].reverse(), random: random.fork('decoder') }),
    { likelihood },
  );
  const optimizer = createAdam({ learningRate: cosineDecay({ from: LEARNING_RATE, to: 0, steps }) });
  const trainer = createVaeTrainer({ encoder, decoder, optimizer, random });
  return { encoder, decoder, trainer, dispose: () => [trainer, encoder, decoder].forEach((owner) => owner.dispose()) };
}

/** A denoiser of standardised latents, conditioned on the class. */
export function createLatentModel({ steps, random }: ModelOptions): LatentModel {
  const make = (): Denoiser =>
    createDenoiser(
      denoisingMlp({ size: LATENT_SIZE, width: DENOISER_WIDTH, classes: CLASSES, random: random.fork('denoiser') }),
      { schedule: cosineSchedule({ steps: 1000 }), predicts: predictVelocity },
    );
  const [denoiser, averaged] = [make(), make()];
  const trainer = createDiffusionTrainer({
    denoiser,
    optimizer: createAdam({ learningRate: cosineDecay({ from: LEARNING_RATE, to: 0, steps }) }),
    random,
    dropCondition: DROPPED,
    average: { into: averaged, decay: AVERAGE_DECAY },
  });
  return { trainer, averaged, dispose: () => [trainer, denoiser, averaged].forEach((owner) => owner.dispose()) };
}
