import * as tf from '@tensorflow/tfjs-core';
import {
  batches,
  cosineSchedule,
  createAdam,
  createDenoiser,
  createDiffusionTrainer,
  logNormalTimesteps,
  logSnrTimesteps,
  patchwise,
  predictVelocity,
  sampleDpmSolver,
  unet,
  withPicture,
  type Denoiser,
  type RandomStream,
} from 'tfjs-generative';
import { balanced, type ColourPictures } from '../shared/colour-pictures.js';
import { fromPixels, toPixels } from '../shared/pixels.js';
import { warmCosine } from '../shared/warm-cosine.js';

const BATCH_SIZE = 32;
const WIDTHS = [32, 64];
const [LEARNING_RATE, WARM_UP] = [3e-3, 50];
/** The last step ends with much noise, log(alpha / sigma) = 1.6, and removes it together with the grain that a small network leaves. */
const [STEPS, HIGHEST_LOG_SNR] = [10, 1.6];

/** A denoiser of colour pictures in [-1, 1] that takes the grey picture, as a further channel, and the class. */
export function createColourist(classes: number, random: RandomStream): Denoiser {
  // 2 x 2 pixels of red, green, blue and grey at each place
  const body = unet({ channels: 4 * (3 + 1), widths: WIDTHS, classes, random: random.fork('unet') });
  const network = withPicture(patchwise(body), { channels: 1, name: 'grey' });
  return createDenoiser(network, { schedule: cosineSchedule({ steps: 1000 }), predicts: predictVelocity });
}

/** Its trainer, for so many updates: the class is dropped in a tenth of the pictures, the grey picture never. */
export function trainerOf(
  denoiser: Denoiser,
  { steps, average, random }: { readonly steps: number; readonly average: Denoiser; readonly random: RandomStream },
) {
  const learningRate = warmCosine({ highest: LEARNING_RATE, warmUp: Math.min(WARM_UP, steps), steps });
  return createDiffusionTrainer({
    denoiser,
    optimizer: createAdam({ learningRate, beta2: 0.99 }),
    random,
    timesteps: logNormalTimesteps(denoiser.schedule),
    dropCondition: { condition: 0.1 },
    average: { into: average, decay: 0.995 },
  });
}

/** Batches of pictures in [-1, 1] with their classes and their grey versions, balanced over classes. */
export function sourceOf(pictures: ColourPictures, random: RandomStream) {
  const { images, labels } = balanced(pictures);
  return batches(
    { x: images, condition: labels },
    {
      batchSize: BATCH_SIZE,
      random,
      transform: ({ x, condition }) => ({ x: fromPixels(x), condition, conditions: { grey: fromPixels(greyOf(x)) } }),
    },
  );
}

/** The luminance of pictures in [0, 1], `[batch, height, width, 1]`. */
export function greyOf(pixels: tf.Tensor): tf.Tensor {
  return tf.tidy(() => tf.sum(tf.mul(pixels, [0.299, 0.587, 0.114]), 3, true));
}

/** Colours for grey pictures in [0, 1], with their classes. */
export async function colour(
  denoiser: Denoiser,
  grey: tf.Tensor,
  condition: tf.Tensor,
  random: RandomStream,
): Promise<tf.Tensor> {
  const conditions = { grey: fromPixels(grey) };
  const shape = [...grey.shape.slice(0, 3), 3];
  const timesteps = logSnrTimesteps(denoiser.schedule, { steps: STEPS, high: HIGHEST_LOG_SNR });
  try {
    return toPixels(
      await sampleDpmSolver(denoiser, { shape, random, condition, conditions, timesteps, clip: [-1, 1] }),
    );
  } finally {
    tf.dispose(conditions);
  }
}

/** How far colours are from the true ones, as root mean squares over the numbers of all pictures in [0, 1]. */
export interface ColourErrors {
  /** Of one sample. */
  readonly sample: number;
  /** Of the mean of the samples. */
  readonly mean: number;
  /** Of the samples around their mean. */
  readonly spread: number;
  /** Of the luminance of a sample. */
  readonly luminance: number;
  /** Of the grey picture itself, for comparison. */
  readonly grey: number;
}

/** Measures samples, several for each picture. */
export async function errorsOf(samples: readonly tf.Tensor[], truth: tf.Tensor): Promise<ColourErrors> {
  const numbers = tf.tidy(() => {
    const rms = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => tf.sqrt(tf.mean(tf.square(tf.sub(a, b))));
    const mean = tf.div(tf.addN([...samples]), samples.length);
    const spread = tf.sqrt(
      tf.div(tf.addN(samples.map((one) => tf.mean(tf.square(tf.sub(one, mean))))), samples.length - 1),
    );
    const grey = greyOf(truth);
    return tf.stack([
      rms(samples[0]!, truth),
      rms(mean, truth),
      spread,
      rms(greyOf(samples[0]!), grey),
      rms(tf.mul(grey, tf.ones([3])), truth),
    ]);
  });
  const [sample, mean, spread, luminance, grey] = await numbers.data();
  numbers.dispose();
  return { sample: sample!, mean: mean!, spread: spread!, luminance: luminance!, grey: grey! };
}
