import * as tf from '@tensorflow/tfjs';
import { imageGrid, type Denoiser, type RandomStream } from 'tfjs-generative';
import { encodePng } from 'tfjs-generative/node';
import { labelsByClass, makeSamples } from './sampling.js';

/** Pixels of the file per pixel of a picture of 32 x 32. */
const SCALE = 2;
const GAP = 2;

/** A grid of samples with one class per row; equal streams give the same noise. */
export async function drawSheet(
  denoiser: Denoiser,
  { classes, size, random, columns }: { classes: number; size: number; random: RandomStream; columns: number },
): Promise<Uint8Array> {
  return drawGrid(await makeSamples(denoiser, { labels: labelsByClass(classes, columns), size, random }), columns);
}

/** Pictures in [0, 1], which it disposes, as a PNG file on white. */
export async function drawGrid(images: tf.Tensor, columns: number): Promise<Uint8Array> {
  const picture = tf.tidy(() => imageGrid(images, { columns, gap: GAP, background: 1 }));
  const png = await encodePng(picture, { scale: Math.max(1, Math.round((32 * SCALE) / images.shape[1]!)) });
  tf.dispose([images, picture]);
  return png;
}
