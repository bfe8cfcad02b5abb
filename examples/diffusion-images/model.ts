import {
  batches,
  cosineSchedule,
  countParameters,
  createAdam,
  createDenoiser,
  createDiffusionTrainer,
  dit,
  patchwise,
  logNormalTimesteps,
  predictNoise,
  predictVelocity,
  unet,
  type Denoiser,
  type RandomStream,
  type Trainer,
  type Weighting,
} from 'tfjs-generative';
import { CLASSES, type Pictures } from '../shared/image-data.js';
import { fromPixels } from '../shared/pixels.js';
import { warmCosine } from '../shared/warm-cosine.js';

const BATCH_SIZE = 64;
/** Channels at 14 x 14 positions, each a patch of 2 x 2 pixels, and at 7 x 7. */
const WIDTHS = [32, 64];
const LEARNING_RATES = { unet: 4e-3, dit: 4e-3 };
const BETA2 = 0.99;
const AVERAGE_DECAY = 0.999;
/** The share of images whose class is dropped, so that samples can be guided. */
const DROPPED = 0.1;

/** The choices that can be varied. */
export interface Recipe {
  /** What the network predicts. */
  readonly target: 'velocity' | 'noise';
  /** How the timesteps of training are drawn. */
  readonly times: 'uniform' | 'log-normal';
  /**
   * How errors are weighted over timesteps: for `samples`, errors of the target count equally; for the `bound` of log p(x), they
   * count as in the bound, where noise errors count equally per unit of log snr. The latter uses more timesteps with little noise,
   * where the bound loses most.
   */
  readonly goal?: 'samples' | 'bound';
  /** The network: a U-Net in patches of 2x2, the default, or a transformer of about as many numbers in patches of 4x4. */
  readonly network?: 'unet' | 'dit';
}

/** Log-normal times for the bound: the mean of log(sigma / alpha), and its standard deviation. */
const BOUND_TIMES = { mean: -2, standardDeviation: 2 };
const boundWeighting: Weighting = (snr, density = 1) => snr / density;

/** A denoiser and its trainer. */
export interface Model {
  readonly trainer: Trainer<'loss'>;
  /** The running average of the denoiser, used for sampling. */
  readonly averaged: Denoiser;
  /** Number of trainable parameters. */
  readonly parameters: number;
  /** Frees both denoisers and the trainer. */
  dispose(): void;
}

/** What {@link createModel} takes. */
export interface ModelOptions {
  readonly recipe: Recipe;
  /** Number of updates in the whole run, after which the learning rate is 0. */
  readonly steps: number;
  readonly random: RandomStream;
  /** Number of updates over which the learning rate rises, before it decays along a cosine; 500 by default, a thirtieth of a whole run. */
  readonly warmUp?: number;
}

/** A model of pictures of clothes, conditioned on the class. */
export function createModel({ recipe, steps, random, warmUp = 500 }: ModelOptions): Model {
  const denoiser = createImageDenoiser(random, recipe);
  const averaged = createImageDenoiser(random, recipe);
  const highest = LEARNING_RATES[recipe.network ?? 'unet'];
  const trainer = createDiffusionTrainer({
    denoiser,
    optimizer: createAdam({ learningRate: warmCosine({ highest, warmUp, steps }), beta2: BETA2 }),
    random,
    timesteps:
      recipe.times === 'log-normal'
        ? logNormalTimesteps(denoiser.schedule, recipe.goal === 'bound' ? BOUND_TIMES : {})
        : undefined,
    weighting: recipe.goal === 'bound' ? boundWeighting : undefined,
    dropCondition: DROPPED,
    average: { into: averaged, decay: AVERAGE_DECAY },
  });
  const parts = [trainer, denoiser, averaged];
  return {
    trainer,
    averaged,
    parameters: countParameters(denoiser),
    dispose: () => parts.forEach((part) => part.dispose()),
  };
}

/** Batches of pictures in [-1, 1] with their labels. */
export function createSource({ images, labels }: Pictures, random: RandomStream, batchSize = BATCH_SIZE) {
  return batches(
    { x: images, condition: labels },
    { batchSize, random, transform: ({ x, condition }) => ({ x: fromPixels(x), condition }) },
  );
}

/** Removes noise from pictures `[batch, 28, 28, 1]` in [-1, 1], with or without their class. */
export function createImageDenoiser(
  random: RandomStream,
  { target = 'velocity', network = 'unet' }: Partial<Recipe> = {},
): Denoiser {
  const own = { classes: CLASSES, random: random.fork('denoiser') };
  const made =
    network === 'unet'
      ? patchwise(unet({ channels: 4, widths: WIDTHS, ...own }))
      : dit({ size: 28, channels: 1, patch: 4, ...own });
  return createDenoiser(made, {
    schedule: cosineSchedule({ steps: 1000 }),
    predicts: target === 'noise' ? predictNoise : predictVelocity,
  });
}
