import * as tf from '@tensorflow/tfjs-core';
import {
  sampleDpmSolver,
  imageGrid,
  interpolate,
  invertDdim,
  sampleDdim,
  sampleDdpm,
  sphericalPath,
  type Denoiser,
  type RandomStream,
  type SampleOptions,
} from 'tfjs-generative';
import { encodePng } from 'tfjs-generative/node';
import { firstPictures } from '../shared/flat-images.js';
import { CLASSES, type LabelledImages } from '../shared/image-data.js';
import { labelsInTurn } from '../shared/labels.js';
import { toPixels, fromPixels } from '../shared/pixels.js';

/** Samples made at once. */
const BATCH_SIZE = 250;

/** A sampler of the library. */
export type Sampler = (denoiser: Denoiser, options: SampleOptions) => Promise<tf.Tensor>;

/** How samples are made. */
export interface Way {
  readonly sampler: Sampler;
  readonly steps: number;
  readonly guidance: number;
}

/** The default method: chosen on held-out training images, with `--compare`. */
export const usualWay: Way = { sampler: sampleDpmSolver, steps: 10, guidance: 1 };

/** How often a method calls the network: twice per step if it is guided. */
export function callsOf({ steps, guidance }: Way): number {
  return guidance === 1 ? steps : 2 * steps;
}

/** What {@link makeSamples} takes. */
export interface SampleImagesOptions {
  readonly count: number;
  readonly random: RandomStream;
  readonly way?: Way;
  /** Called with the number of samples made so far. */
  readonly onSamples?: (done: number) => void;
}

/** Samples `[count, 28, 28, 1]` in [0, 1], the same number for each class. */
export async function makeSamples(
  denoiser: Denoiser,
  { count, random, way = usualWay, onSamples }: SampleImagesOptions,
): Promise<tf.Tensor> {
  const { sampler, steps, guidance } = way;
  const condition = labelsInTurn(count);
  const samples = await sampler(denoiser, {
    shape: [count, 28, 28, 1],
    batchSize: BATCH_SIZE,
    steps,
    random,
    condition,
    guidance,
    onStep: ({ step, steps, start, xt }) => {
      if (step === steps) onSamples?.(start + xt.shape[0]);
    },
  });
  condition.dispose();
  return toPixels(samples);
}

/** Pixels of the file per pixel of a picture. */
const SCALE = 2;
/** The guidance of each row of the sweep; 0 ignores the class. */
const GUIDANCES = [0, 1, 1.5, 2, 3, 5];
/** Steps of the sweep. */
const STEPS = 20;
/** Labels of the two ends of each row of the interpolation: trouser to dress, T-shirt to pullover, and so on. */
const ENDS = [
  [1, 3],
  [0, 2],
  [9, 7],
  [8, 6],
  [5, 9],
] as const;
const COLUMNS = 10;

/** A grid of samples with one class per column; equal streams give the same noise. */
export async function drawSamples(denoiser: Denoiser, random: RandomStream, rows: number): Promise<Uint8Array> {
  return drawGrid(await makeSamples(denoiser, { count: rows * CLASSES, random }));
}

/** What {@link drawPictures} takes. */
export interface PictureOptions {
  readonly denoiser: Denoiser;
  readonly test: LabelledImages;
  readonly random: RandomStream;
}

/** The pictures of a trained model, by name, as PNG files. */
export async function drawPictures({ denoiser, test, random }: PictureOptions): Promise<Record<string, Uint8Array>> {
  const images = firstPictures(test, 200);
  const own = { denoiser, images, random };
  const pictures = {
    guidance: await drawGrid(await guidanceSweep(own)),
    inpainting: await drawGrid(await inpainting(own)),
    interpolation: await drawGrid(await interpolation(own, test.labels.data)),
  };
  images.dispose();
  return pictures;
}

interface Material {
  readonly denoiser: Denoiser;
  /** Test images, `[n, 28, 28, 1]` in [0, 1]. */
  readonly images: tf.Tensor;
  readonly random: RandomStream;
}

/** Each row has a guidance; each column has a class and the noise that its samples start from. */
async function guidanceSweep({ denoiser, random }: Material): Promise<tf.Tensor> {
  const condition = labelsInTurn(CLASSES);
  const rows: tf.Tensor[] = [];
  for (const guidance of GUIDANCES) {
    const stream = random.fork('guidance');
    const options = { shape: [CLASSES, 28, 28, 1], steps: STEPS, random: stream, condition, guidance };
    rows.push(toPixels(await sampleDpmSolver(denoiser, options)));
  }
  condition.dispose();
  return concatenated(rows);
}

/** Test images, their known parts, and three ways to fill in the rest. */
async function inpainting({ denoiser, images, random }: Material): Promise<tf.Tensor> {
  const originals = tf.slice(images, 0, COLUMNS);
  const x = fromPixels(originals);
  const mask = tf.concat([tf.ones([1, 14, 28, 1]), tf.zeros([1, 14, 28, 1])], 1);
  const rows = [originals, tf.tidy(() => tf.mul(originals, mask))];
  for (let i = 0; i < 3; i++) {
    const stream = random.fork(`inpainting ${i}`);
    const known = { x, mask };
    rows.push(toPixels(await sampleDdpm(denoiser, { shape: x.shape, steps: 30, random: stream, known })));
  }
  tf.dispose([x, mask]);
  return concatenated(rows);
}

/** Each row leads from one test image to one of another class, through the noise from which DDIM makes them. */
async function interpolation({ denoiser, images }: Material, classes: Int32Array): Promise<tf.Tensor> {
  const ends = tf.gather(
    images,
    ENDS.flat().map((label) => Math.max(0, classes.indexOf(label))),
  );
  const x = fromPixels(ends);
  const noise = await invertDdim(denoiser, x, { steps: 50 });
  const between = tf.tidy(() => {
    const [from, to] = tf.split(tf.reshape(noise, [ENDS.length, 2, 784]), 2, 1).map((end) => tf.squeeze(end, [1]));
    const ways = interpolate(from!, to!, { steps: COLUMNS - 2, path: sphericalPath }); // [rows, columns, 784]
    return tf.reshape(ways, [-1, 28, 28, 1]);
  });
  const timestep = denoiser.schedule.steps - 1;
  const samples = toPixels(await sampleDdim(denoiser, { from: { x: between, timestep }, steps: 50 }));
  const whole = tf.tidy(() => {
    const rows = ENDS.flatMap((_, i) => [
      tf.slice(ends, 2 * i, 1),
      tf.slice(samples, i * (COLUMNS - 2), COLUMNS - 2),
      tf.slice(ends, 2 * i + 1, 1),
    ]);
    return tf.concat(rows);
  });
  tf.dispose([ends, x, noise, between, samples]);
  return whole;
}

function concatenated(rows: tf.Tensor[]): tf.Tensor {
  const whole = tf.concat(rows);
  tf.dispose(rows);
  return whole;
}

/** Images in [0, 1], which it disposes, as a PNG file, dark on white. */
async function drawGrid(images: tf.Tensor): Promise<Uint8Array> {
  const picture = tf.tidy(() => imageGrid(tf.sub(1, images), { columns: COLUMNS, gap: 2, background: 1 }));
  const png = await encodePng(picture, { scale: SCALE });
  tf.dispose([images, picture]);
  return png;
}
