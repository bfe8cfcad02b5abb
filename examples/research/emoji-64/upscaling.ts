import * as tf from '@tensorflow/tfjs';
import {
  addNoise,
  batches,
  cosineDecay,
  createAdam,
  createTrainer,
  imageGrid,
  logSnrTimesteps,
  type Denoiser,
  type Network,
  type RandomStream,
} from 'tfjs-generative';
import { encodePng } from 'tfjs-generative/node';
import { createUpscaler, upscale } from '../../emoji-samples/upscaler.js';
import { balanced, pixelsOf, type ColourPictures } from '../../shared/colour-pictures.js';
import { fromPixels, toPixels } from '../../shared/pixels.js';

const BATCH_SIZE = 32;
const [LEARNING_RATE, BETA2, AVERAGE_DECAY] = [2e-3, 0.99, 0.995];
/** Estimates are made of pictures with this much noise, log(alpha / sigma); samples end at 1.6. */
const NOISE = { low: 1.2, high: 4, steps: 100 };
/** Pictures of the sheet. */
const SHOWN = 24;

/** What {@link createUpscaling} takes. */
export interface UpscalingOptions {
  /** Number of updates in the whole run, after which the learning rate is 0. */
  readonly steps: number;
  /** The denoiser whose estimates are enlarged. */
  readonly denoiser: Denoiser;
  /** Training pictures of twice the size of the denoiser's. */
  readonly train: ColourPictures;
  readonly random: RandomStream;
}

/**
 * An upscaler and its trainer. It learns with the absolute error, whose best answer is a median: edges stay sharp. It sees what the denoiser makes of
 * small pictures with a little noise, so that it also learns to remove the denoiser's grain.
 */
export function createUpscaling({ steps, denoiser, train, random }: UpscalingOptions) {
  const [upscaler, averaged] = [createUpscaler(random), createUpscaler(random)];
  const trainer = createTrainer({
    name: 'upscaler',
    parts: { upscaler },
    optimizer: createAdam({ learningRate: cosineDecay({ from: LEARNING_RATE, to: 0, steps }), beta2: BETA2 }),
    random,
    averages: { upscaler: { into: averaged, decay: AVERAGE_DECAY } },
    loss: ({ x, options }) => ({
      loss: tf.mean(tf.abs(tf.sub(upscaler.apply(options.conditions!['small']!, options), x))),
    }),
  });
  const { images, labels } = balanced(train);
  const source = batches(
    { x: images, condition: labels },
    {
      batchSize: BATCH_SIZE,
      random,
      dropLast: true,
      transform: ({ x, condition }, own) =>
        tf.tidy(() => {
          const mirrored = tf.less(own.uniform([x.shape[0], 1, 1, 1]), 0.5);
          const pictures = tf.where(mirrored, tf.reverse(x, 2), x);
          const small = estimated(denoiser, fromPixels(halved(pictures)), { condition, random: own });
          return { x: fromPixels(pictures), conditions: { small } };
        }),
    },
  );
  return { upscaler, averaged, trainer, source };
}

/** How far enlarged means over 2 x 2 pixels of pictures are from the pictures: the root mean squared error of their numbers in [0, 1]. */
export async function upscalingError(upscaler: Network, pictures: ColourPictures): Promise<number> {
  const error = tf.tidy(() => {
    const x = pixelsOf(pictures);
    return tf.sqrt(tf.mean(tf.square(tf.sub(upscale(upscaler, halved(x)), x))));
  });
  const [value] = await error.data();
  error.dispose();
  return value!;
}

/** Held-out pictures as a PNG file: halved, enlarged again, a denoiser's estimates, these enlarged, and the pictures themselves. */
export async function drawUpscaling(
  { upscaler, denoiser }: { readonly upscaler: Network; readonly denoiser: Denoiser },
  pictures: ColourPictures,
  random: RandomStream,
): Promise<Uint8Array> {
  const grid = tf.tidy(() => {
    const [count, height, width] = pictures.images.shape;
    const rows = Array.from({ length: SHOWN }, (_, i) => Math.floor((i * count) / SHOWN));
    const x = tf.gather<tf.Tensor4D>(pixelsOf(pictures), rows);
    const condition = tf.tensor1d(
      rows.map((i) => pictures.labels.data[i]!),
      'int32',
    );
    const small = halved(x);
    const rough = toPixels(estimated(denoiser, fromPixels(small), { condition, random }));
    const blocks = (own: tf.Tensor) => tf.image.resizeNearestNeighbor(own as tf.Tensor4D, [height, width]);
    const all = [blocks(small), upscale(upscaler, small), blocks(rough), upscale(upscaler, rough), x];
    return imageGrid(tf.concat(all), { columns: SHOWN, gap: 2, background: 1 });
  });
  const png = await encodePng(grid);
  grid.dispose();
  return png;
}

/** Means over 2 x 2 pixels. */
function halved(pictures: tf.Tensor): tf.Tensor {
  return tf.avgPool(pictures as tf.Tensor4D, 2, 2, 'valid');
}

/** What a denoiser makes of pictures in [-1, 1] with a little noise: without their fine grain, and with its mistakes. */
function estimated(
  denoiser: Denoiser,
  x0: tf.Tensor,
  { condition, random }: { readonly condition: tf.Tensor | undefined; readonly random: RandomStream },
): tf.Tensor {
  const times = logSnrTimesteps(denoiser.schedule, NOISE);
  const chosen = tf.cast(tf.floor(tf.mul(random.uniform([x0.shape[0]]), times.length)), 'int32');
  const timesteps = tf.gather(tf.tensor1d(times, 'int32'), chosen);
  const xt = addNoise(x0, random.normal(x0.shape), timesteps, denoiser.schedule);
  return tf.clipByValue(denoiser.estimate(xt, timesteps, { condition }).sample, -1, 1);
}
