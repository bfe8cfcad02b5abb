import * as tf from '@tensorflow/tfjs-core';
import {
  createPriorSampler,
  imageGrid,
  interpolate,
  latentGrid,
  sphericalPath,
  type RandomStream,
} from 'tfjs-generative';
import { encodePng } from 'tfjs-generative/node';
import { firstImages } from '../shared/flat-images.js';
import type { LabelledImages } from '../shared/image-data.js';
import type { Model } from './model.js';

/** Pixels of the file per pixel of a picture. */
const SCALE = 2;
const COLUMNS = 12;
const MAP_COLUMNS = 18;
/** Labels of the two ends of each row of the interpolation: trouser to T-shirt, ankle boot to dress, and so on. */
const ENDS = [
  [1, 0],
  [9, 3],
  [7, 5],
  [8, 2],
  [4, 1],
  [0, 8],
] as const;

/** What {@link drawPictures} takes. */
export interface PictureOptions {
  readonly model: Model;
  /** A model with two latents. */
  readonly map: Model;
  readonly test: LabelledImages;
  readonly random: RandomStream;
}

/** The pictures that a model with two latents makes from a grid of them, as a PNG file: similar clothes are next to each other. */
export async function drawMap(map: Model, test: LabelledImages): Promise<Uint8Array> {
  return encoded(() => grid(map.decoder.mean(latentGrid({ columns: MAP_COLUMNS })), sizeOf(test), MAP_COLUMNS, 0));
}

/** The other pictures of the quickstart, by name, as PNG files. */
export async function drawPictures({ model, map, test, random }: PictureOptions): Promise<Record<string, Uint8Array>> {
  const images = firstImages(test, Infinity);
  const size = sizeOf(test);
  const draw = {
    reconstructions: () => grid(reconstructions(model, images), size),
    samples: () => grid(samples(model, random, 8 * COLUMNS), size),
    interpolation: () => grid(interpolations(model, images, test.labels.data), size),
    overview: () => {
      const rows = [reconstructions(model, images), samples(model, random, 2 * COLUMNS)];
      const ways = interpolations(model, images, test.labels.data);
      const left = grid(map.decoder.mean(latentGrid({ columns: 6 })), size, 6);
      const all = tf.concat([tf.slice(rows[0]!, 0, 2 * COLUMNS), rows[1]!, tf.slice(ways, 0, 2 * COLUMNS)]);
      const space = tf.ones([left.shape[0], 12, 1]);
      return tf.concat([left, space, grid(all, size)], 1);
    },
  };

  const files: Record<string, Uint8Array> = {};
  for (const [name, picture] of Object.entries(draw)) files[name] = await encoded(picture);
  images.dispose();
  return files;
}

async function encoded(picture: () => tf.Tensor): Promise<Uint8Array> {
  const pixels = tf.tidy(picture);
  const png = await encodePng(pixels, { scale: SCALE });
  pixels.dispose();
  return png;
}

/** Height and width. */
const sizeOf = ({ images: { shape } }: LabelledImages): readonly [number, number] => [shape[1], shape[2]];

/** Flat images as a grid, dark on white. */
function grid(flat: tf.Tensor, size: readonly [number, number], columns = COLUMNS, gap = 2): tf.Tensor {
  const dark = tf.sub(1, tf.reshape(flat, [-1, ...size, 1]));
  return imageGrid(dark, { columns, gap, background: 1 });
}

/** Four rows of test images, each above the row of its reconstructions. */
function reconstructions({ encoder, decoder }: Model, images: tf.Tensor): tf.Tensor {
  const indices = Array.from({ length: 4 * COLUMNS }, (_, i) => i % images.shape[0]);
  const originals = tf.gather(images, indices);
  const copies = tf.split(decoder.mean(encoder.encode(originals).mean), 4);
  return tf.concat(tf.split(originals, 4).flatMap((row, i) => [row, copies[i]!]));
}

function samples({ encoder, decoder }: Model, random: RandomStream, count: number): tf.Tensor {
  const { latentSize } = encoder;
  return createPriorSampler(decoder, { latentSize }).draw(count, random.fork('samples'));
}

/** Each row leads from one test image to one of another class. */
function interpolations({ encoder, decoder }: Model, images: tf.Tensor, labels: Int32Array): tf.Tensor {
  const encodeEnd = (end: 0 | 1): tf.Tensor => {
    const indices = ENDS.map((pair) => Math.max(0, labels.indexOf(pair[end])));
    return encoder.encode(tf.gather(images, indices)).mean;
  };
  const ways = interpolate(encodeEnd(0), encodeEnd(1), { steps: COLUMNS, path: sphericalPath }); // [rows, columns, latent]
  return decoder.mean(tf.reshape(ways, [-1, encoder.latentSize]));
}
