import * as tf from '@tensorflow/tfjs';
import { imageGrid, logSnrTimesteps, sampleDpmSolver, type Denoiser, type RandomStream } from 'tfjs-generative';
import { encodePng, type LabelledImages } from 'tfjs-generative/node';
import { toPixels } from '../shared/pixels.js';
import type { Kind } from './kinds.js';

/** Samples made at once. */
const AT_ONCE = 100;
/** Pictures in a row, and rows of a sheet. */
const [COLUMNS, ROWS] = [12, 4];

/** Samples of classes, `[labels.length, size, size, channels]` in [0, 1]; the caller disposes them. */
export async function makeSamples(
  denoiser: Denoiser,
  { kind, labels, random }: { readonly kind: Kind; readonly labels: Int32Array; readonly random: RandomStream },
): Promise<tf.Tensor> {
  const { size, channels, sampling } = kind;
  const { steps, guidance, high } = sampling;
  const timesteps = logSnrTimesteps(denoiser.schedule, { steps, high });
  const parts: tf.Tensor[] = [];
  for (let start = 0; start < labels.length; start += AT_ONCE) {
    const own = labels.subarray(start, start + AT_ONCE);
    const condition = tf.tensor1d(own, 'int32');
    const shape = [own.length, size, size, channels];
    parts.push(
      toPixels(await sampleDpmSolver(denoiser, { shape, random, condition, timesteps, guidance, clip: [-1, 1] })),
    );
    condition.dispose();
  }
  const samples = tf.concat(parts);
  tf.dispose(parts);
  return samples;
}

/** Labels at equal distances in a list, so that their classes have the same shares. */
export function spread(labels: Int32Array, count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, i) => labels[Math.floor(((i + 0.5) * labels.length) / count)]!);
}

/** A sheet of samples with the classes of some pictures, as a PNG file. */
export async function drawSheet(
  denoiser: Denoiser,
  { kind, labels, random }: { readonly kind: Kind; readonly labels: Int32Array; readonly random: RandomStream },
): Promise<Uint8Array> {
  return drawGrid(await makeSamples(denoiser, { kind, labels: spread(labels, COLUMNS * ROWS), random }), kind);
}

/** A sheet of pictures at equal distances in a set. */
export async function drawOwn({ data: { x } }: LabelledImages, kind: Kind): Promise<Uint8Array> {
  const rows = spread(
    Int32Array.from({ length: x.shape[0] }, (_, i) => i),
    COLUMNS * ROWS,
  );
  const some = tf.tidy(() =>
    tf.gather(tf.div(tf.tensor(Float32Array.from(x.data), [...x.shape]), 255), tf.tensor1d(rows, 'int32')),
  );
  return drawGrid(some, kind);
}

/** Pictures in [0, 1], which it disposes; grey ones are drawn dark on white. */
async function drawGrid(pictures: tf.Tensor, { channels }: Kind): Promise<Uint8Array> {
  const picture = tf.tidy(() =>
    imageGrid(channels === 1 ? tf.sub(1, pictures) : pictures, { columns: COLUMNS, gap: 2, background: 1 }),
  );
  const png = await encodePng(picture, { scale: 2 });
  tf.dispose([pictures, picture]);
  return png;
}
