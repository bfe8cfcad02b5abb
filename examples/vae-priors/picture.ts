import * as tf from '@tensorflow/tfjs-core';
import { createPriorSampler, imageGrid, type RandomStream } from 'tfjs-generative';
import { encodePng } from 'tfjs-generative/node';
import type { Model } from './model.js';

/** Width and height of a panel in pixels, and of the pictures in it. */
const [SIZE, SIDE] = [168, 28];
/** The share of latents that lie outside of a panel, on all sides together. */
const LEFT_OUT = 0.01;
/** A colour for each class. */
const COLOURS: readonly (readonly [number, number, number])[] = [
  [0.12, 0.47, 0.71],
  [1, 0.5, 0.05],
  [0.17, 0.63, 0.17],
  [0.84, 0.15, 0.16],
  [0.58, 0.4, 0.74],
  [0.55, 0.34, 0.29],
  [0.89, 0.47, 0.76],
  [0.4, 0.4, 0.4],
  [0.74, 0.74, 0.13],
  [0.09, 0.75, 0.81],
];

/** What the panels of a model show. */
export interface Shown {
  /** Latents of pictures, `[n, 2]`, and the class of each. */
  readonly latents: tf.Tensor;
  readonly labels: ArrayLike<number>;
  readonly random: RandomStream;
}

/** Three panels, `[3, SIZE, SIZE, 3]`: latents of pictures by class, the density of the prior, and pictures decoded from its draws. */
export async function panelsOf(model: Model, { latents, labels, random }: Shown): Promise<tf.Tensor> {
  const points = (await latents.array()) as number[][];
  const distances = points.map((point) => Math.max(...point.map(Math.abs))).sort((a, b) => a - b);
  const reach = 1.1 * distances[Math.floor((1 - LEFT_OUT) * (distances.length - 1))]!;
  const scatter = scatterPanel(points, labels, reach);
  return tf.tidy(() =>
    tf.stack([
      tf.tensor(scatter, [SIZE, SIZE, 3]),
      densityPanel(model.prior, reach),
      samplesPanel(model, random.fork('samples')),
    ]),
  );
}

/** The panels of all models, a column for each, as a PNG file. */
export async function drawColumns(columns: readonly tf.Tensor[]): Promise<Uint8Array> {
  const image = tf.tidy(() => {
    // row by row: the first panel of each column, then the second
    const rows = tf.transpose(tf.stack([...columns]), [1, 0, 2, 3, 4]);
    const all = tf.reshape(rows, [-1, SIZE, SIZE, 3]);
    return imageGrid(tf.div(tf.round(tf.mul(all, 32)), 32), { columns: columns.length, gap: 4, background: 0.85 });
  });
  const png = await encodePng(image);
  image.dispose();
  return png;
}

function scatterPanel(points: readonly (readonly number[])[], labels: ArrayLike<number>, reach: number): Float32Array {
  const pixels = new Float32Array(SIZE * SIZE * 3).fill(1);
  points.forEach(([x, y], i) => {
    const [column, row] = [placeOf(x!, reach), SIZE - 1 - placeOf(y!, reach)];
    if (column < 0 || row < 0 || column >= SIZE || row >= SIZE) return;
    pixels.set(COLOURS[labels[i]! % COLOURS.length]!, (row * SIZE + column) * 3);
  });
  return pixels;
}

const placeOf = (x: number, reach: number): number => Math.round(((x / reach + 1) / 2) * (SIZE - 1));

/** The square root of the density, relative to its maximum, in shades of blue. */
function densityPanel(prior: Model['prior'], reach: number): tf.Tensor {
  const axis = tf.linspace(-reach, reach, SIZE);
  const [x, y] = tf.meshgrid(axis, tf.reverse(axis)) as [tf.Tensor, tf.Tensor];
  const at = tf.stack([tf.reshape(x, [-1]), tf.reshape(y, [-1])], 1);
  const half = tf.mul(0.5, prior.logProb(at));
  const shade = tf.reshape(tf.exp(tf.sub(half, tf.max(half))), [SIZE, SIZE, 1]);
  return tf.sub(1, tf.mul(shade, tf.tensor1d([0.9, 0.75, 0.5])));
}

function samplesPanel({ decoder, prior }: Model, random: RandomStream): tf.Tensor {
  const columns = SIZE / SIDE;
  const samples = createPriorSampler(decoder, { latentSize: 2, prior }).draw(columns ** 2, random);
  // grey pictures are drawn as ink on paper
  const images = tf.sub(1, tf.reshape(samples, [-1, SIDE, SIDE, 1]));
  return tf.tile(imageGrid(images, { columns, gap: 0, background: 1 }), [1, 1, 3]);
}
