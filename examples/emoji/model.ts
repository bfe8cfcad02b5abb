import * as tf from '@tensorflow/tfjs';
import {
  batches,
  cosineDecay,
  cosineSchedule,
  countParameters,
  createAdam,
  createDenoiser,
  createDiffusionTrainer,
  inPatches,
  linearRamp,
  logNormalTimesteps,
  predictVelocity,
  unet,
  type Denoiser,
  type DiffusionMetric,
  type RandomStream,
  type Trainer,
} from 'tfjs-generative';
import { randomMirror } from './augment.js';
import { balanced, type ColourPictures } from './data.js';

const BATCH_SIZE = 64;
/** Channels at 16 x 16 positions, each a patch of 2 x 2 pixels, and at 8 x 8, where each position also attends to all others. */
const [WIDTHS, ATTENTION] = [[48, 96], [1]];
/** Positions on each side of the map of patches. */
const POSITIONS = 16;
/** The learning rate rises over a thirtieth of the updates, then decays along a cosine. */
const [LEARNING_RATE, WARM_UP, BETA2] = [3e-3, 1 / 30, 0.99];
const AVERAGE_DECAY = 0.999;
/** The share of pictures whose class is dropped, so that samples can be guided. */
const DROPPED = 0.1;

/** A denoiser and its trainer. */
export interface Model {
  readonly trainer: Trainer<DiffusionMetric>;
  /** The running average of the denoiser, used for sampling. */
  readonly averaged: Denoiser;
  /** Number of trainable parameters. */
  readonly parameters: number;
  /** Frees both denoisers and the trainer. */
  dispose(): void;
}

/** What {@link createModel} takes. */
export interface ModelOptions {
  /** Number of classes. */
  readonly classes: number;
  /** Height and width of the pictures, a multiple of 16. */
  readonly size: number;
  /** Number of updates in the whole run, after which the learning rate is 0. */
  readonly steps: number;
  readonly random: RandomStream;
}

/** A U-Net on patches of colour pictures, conditioned on the class. */
export function createModel({ classes, size, steps, random }: ModelOptions): Model {
  const [denoiser, averaged] = [0, 1].map(() => createPictureDenoiser({ classes, size, random })) as [
    Denoiser,
    Denoiser,
  ];
  const rise = linearRamp({ from: 0, to: 1, steps: Math.ceil(WARM_UP * steps) });
  const decay = cosineDecay({ from: LEARNING_RATE, to: 0, steps });
  const trainer = createDiffusionTrainer({
    denoiser,
    optimizer: createAdam({ learningRate: (step) => rise(step + 1) * decay(step), beta2: BETA2 }),
    random,
    timesteps: logNormalTimesteps(denoiser.schedule),
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

/** Removes noise from pictures `[batch, size, size, 3]` in [-1, 1], with or without their class. */
export function createPictureDenoiser({ classes, size, random }: Omit<ModelOptions, 'steps'>): Denoiser {
  const patch = size / POSITIONS;
  const network = unet({
    channels: 3 * patch ** 2,
    widths: WIDTHS,
    attention: ATTENTION,
    classes,
    random: random.fork('denoiser'),
  });
  return createDenoiser(inPatches(network, { size: patch }), {
    schedule: cosineSchedule({ steps: 1000 }),
    predicts: predictVelocity,
  });
}

/** Batches of pictures in [-1, 1] with their labels, balanced over classes; half of those of the classes in `flipped` are mirrored. */
export function createSource(pictures: ColourPictures, flipped: readonly number[], random: RandomStream) {
  const { images, labels } = balanced(pictures);
  return batches(
    { x: images, condition: labels },
    {
      batchSize: BATCH_SIZE,
      random,
      transform: ({ x, condition }, own) => ({
        x: fromPixels(randomMirror(x, { labels: condition, classes: flipped, random: own })),
        condition,
      }),
    },
  );
}

/** Converts pixels in [0, 1] to a denoiser's numbers in [-1, 1]. */
export function fromPixels(pixels: tf.Tensor): tf.Tensor {
  return tf.tidy(() => tf.sub(tf.mul(2, pixels), 1));
}

/** Converts a denoiser's numbers, which it disposes, to pixels in [0, 1]. */
export function toPixels(x: tf.Tensor): tf.Tensor {
  const pixels = tf.tidy(() => tf.clipByValue(tf.div(tf.add(x, 1), 2), 0, 1));
  x.dispose();
  return pixels;
}
