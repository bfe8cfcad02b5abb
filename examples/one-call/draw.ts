import * as tf from '@tensorflow/tfjs-core';
import { createRandom, imageGrid, sampleConsistency, sampleDpmSolver, type Denoiser } from 'tfjs-generative';
import { encodePng } from 'tfjs-generative/node';
import type { Kind } from '../fine-tuning/kinds.js';
import { toPixels } from '../shared/pixels.js';

/** Samples made at once. */
const BATCH_SIZE = 250;

/** How samples are made: by so many calls of a student, or so many of its teacher. */
export interface Way {
  readonly denoiser: Denoiser;
  readonly calls: number;
  readonly isTeacher?: boolean;
}

/** Samples of the classes, `[labels.length, size, size, channels]` in [0, 1]; the same seed gives the same noise. */
export async function makeSamples(
  { size, channels }: Kind,
  { denoiser, calls, isTeacher = false }: Way,
  { labels, seed }: { readonly labels: Int32Array; readonly seed: number },
): Promise<tf.Tensor> {
  const condition = tf.tensor1d(labels, 'int32');
  const shape = [labels.length, size, size, channels];
  const sample = isTeacher ? sampleDpmSolver : sampleConsistency;
  const random = createRandom(seed);
  const samples = await sample(denoiser, { shape, random, condition, steps: calls, batchSize: BATCH_SIZE });
  condition.dispose();
  return toPixels(samples);
}

/** Pictures in [0, 1], which it disposes, as a PNG file; grey ones are drawn dark on white. */
export async function drawGrid(pictures: tf.Tensor, columns: number): Promise<Uint8Array> {
  const picture = tf.tidy(() => {
    const shown = pictures.shape[3] === 1 ? tf.sub(1, pictures) : pictures;
    return imageGrid(shown, { columns, gap: 2, background: 1 });
  });
  const png = await encodePng(picture, { scale: 2 });
  tf.dispose([pictures, picture]);
  return png;
}

/** `each` labels of every class, class by class. */
export function labelsByClass(classes: number, each: number): Int32Array {
  return Int32Array.from({ length: classes * each }, (_, i) => Math.floor(i / each));
}
