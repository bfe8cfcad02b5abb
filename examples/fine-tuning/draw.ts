import * as tf from '@tensorflow/tfjs-core';
import { imageGrid, logSnrTimesteps, sampleDpmSolver, type Denoiser, type RandomStream } from 'tfjs-generative';
import { encodePng, type LabelledImages } from 'tfjs-generative/node';
import { toPixels } from '../shared/pixels.js';
import type { Kind } from './kinds.js';

/** Samples made at once. */
const BATCH_SIZE = 100;
/** Pictures in a row of a sheet. */
export const COLUMNS = 12;

/** Samples of classes, `[labels.length, size, size, channels]` in [0, 1]; the caller disposes them. */
export async function makeSamples(
  denoiser: Denoiser,
  { kind, labels, random }: { readonly kind: Kind; readonly labels: Int32Array; readonly random: RandomStream },
): Promise<tf.Tensor> {
  const { size, channels, sampling } = kind;
  const { steps, guidance, high } = sampling;
  const timesteps = logSnrTimesteps(denoiser.schedule, { steps, high });
  const condition = tf.tensor1d(labels, 'int32');
  const samples = await sampleDpmSolver(denoiser, {
    shape: [labels.length, size, size, channels],
    batchSize: BATCH_SIZE,
    random,
    condition,
    timesteps,
    guidance,
    clip: [-1, 1],
  });
  condition.dispose();
  return toPixels(samples);
}

/** Labels at equal distances in a list, so that their classes have the same shares. */
export function spread(labels: Int32Array, count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, i) => labels[Math.floor(((i + 0.5) * labels.length) / count)]!);
}

/** Pictures at equal distances in a set, `[count, size, size, channels]` in [0, 1]; the caller disposes them. */
export function someOf({ data: { x } }: LabelledImages, count: number): tf.Tensor {
  const rows = spread(
    Int32Array.from({ length: x.shape[0] }, (_, i) => i),
    count,
  );
  return tf.tidy(() => tf.div(tf.gather(tf.tensor(Float32Array.from(x.data), [...x.shape]), tf.tensor1d(rows, 'int32')), 255)); // prettier-ignore
}

/** Pictures in [0, 1], which it disposes, as a PNG file; grey ones are drawn dark on white. */
export async function drawGrid(pictures: tf.Tensor): Promise<Uint8Array> {
  const picture = tf.tidy(() => {
    const shown = pictures.shape[3] === 1 ? tf.sub(1, pictures) : pictures;
    return imageGrid(shown, { columns: COLUMNS, gap: 2, background: 1 });
  });
  const png = await encodePng(picture, { scale: 2 });
  tf.dispose([pictures, picture]);
  return png;
}
