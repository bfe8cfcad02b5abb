import * as tf from '@tensorflow/tfjs';
import { imageGrid, interpolate, latentGrid, sphericalPath, type RandomStream } from 'tfjs-generative';
import { encodePng } from 'tfjs-generative/node';
import type { LabelledImages } from '../shared/image-data.js';
import type { Model } from './model.js';

/** How much larger than its pixels a picture is drawn. */
const SCALE = 2;
const MAP_COLUMNS = 20;

/** What {@link drawPictures} takes. */
export interface PictureOptions {
  readonly model: Model;
  /** A model with two latents. */
  readonly map: Model;
  readonly test: LabelledImages;
  readonly random: RandomStream;
}

/** The pictures of the quickstart, by name, as PNG files. */
export async function drawPictures({ model, map, test, random }: PictureOptions): Promise<Record<string, Uint8Array>> {
  return {
    reconstructions: await png(test, 12, () => reconstructions(model, test)),
    samples: await png(test, 16, () =>
      model.decoder.mean(random.fork('samples').normal([128, model.encoder.latentSize])),
    ),
    interpolation: await png(test, 12, () => interpolations(model, test)),
    'latent-map': await png(test, MAP_COLUMNS, () => map.decoder.mean(latentGrid({ columns: MAP_COLUMNS })), 0),
  };
}

/** Rows of test images, each above the row of their reconstructions. */
function reconstructions({ encoder, decoder }: Model, test: LabelledImages): tf.Tensor {
  const originals = testImages(
    test,
    Array.from({ length: 48 }, (_, i) => i),
  );
  const copies = decoder.mean(encoder.encode(originals).mean);
  const rows = (images: tf.Tensor): tf.Tensor[] => tf.split(images, 4);
  return tf.concat(rows(originals).flatMap((row, i) => [row, rows(copies)[i]!]));
}

/** Each row leads from one test image to one of another class. */
function interpolations({ encoder, decoder }: Model, test: LabelledImages): tf.Tensor {
  const pairs = [
    [1, 0],
    [9, 3],
    [7, 5],
    [8, 2],
    [4, 1],
    [0, 8],
  ].map((labels) => labels.map((label) => firstOf(test, label)));
  const encode = (end: 0 | 1): tf.Tensor =>
    encoder.encode(
      testImages(
        test,
        pairs.map((pair) => pair[end]!),
      ),
    ).mean;
  const latents = interpolate(encode(0), encode(1), { steps: 12, path: sphericalPath }); // [steps, pairs, latent]
  return decoder.mean(tf.reshape(tf.transpose(latents, [1, 0, 2]), [-1, encoder.latentSize]));
}

/** The first test image with a label, or the first of all if there is none. */
function firstOf({ labels }: LabelledImages, label: number): number {
  return Math.max(0, labels.data.indexOf(label));
}

function testImages({ images }: LabelledImages, indices: readonly number[]): tf.Tensor {
  const size = images.data.length / images.shape[0];
  const pixels = indices.flatMap((index) => [...images.data.subarray(index * size, (index + 1) * size)]);
  return tf.div(tf.tensor2d(pixels, [indices.length, size]), 255);
}

/** Draws flat images as a grid, dark on white. */
async function png({ images }: LabelledImages, columns: number, draw: () => tf.Tensor, gap = 2): Promise<Uint8Array> {
  const [, height, width] = images.shape;
  const picture = tf.tidy(() =>
    imageGrid(tf.sub(1, tf.reshape(draw(), [-1, height, width, 1])), { columns, gap, background: 1 }),
  );
  try {
    return await encodePng(picture, { scale: SCALE });
  } finally {
    picture.dispose();
  }
}
