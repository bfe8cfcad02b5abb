import * as tf from '@tensorflow/tfjs';
import {
  imageGrid,
  logSnrTimesteps,
  sampleDpmSolver,
  type Denoiser,
  type RandomStream,
  type SampleOptions,
} from 'tfjs-generative';
import { encodePng } from 'tfjs-generative/node';
import { toPixels } from '../shared/pixels.js';

/** Samples made at once. */
const BATCH_SIZE = 100;
/** The usual number of steps and the usual guidance: with guidance each step calls the network twice. */
const STEPS = 12;
export const GUIDANCE = 1.5;
/**
 * The last call is made with much noise, log(alpha / sigma) = 1.6, and removes it together with the grain that a small network
 * leaves in a picture. Calls with less noise would mistake that grain for a part of the picture, and keep it.
 */
const HIGHEST_LOG_SNR = 1.6;

/** Pixels of the file per pixel of a picture of 32 x 32. */
const SCALE = 2;
/** Pixels between pictures. */
const GAP = 2;
/** Pictures in a row. */
const COLUMNS = 10;

/** What {@link makeSamples} takes. */
export interface SamplesOptions {
  /** The class of each sample. */
  readonly labels: Int32Array;
  /** Height and width. */
  readonly size: number;
  readonly random: RandomStream;
  readonly steps?: number;
  readonly guidance?: number;
}

/** Samples `[labels.length, size, size, 3]` in [0, 1]. */
export async function makeSamples(
  denoiser: Denoiser,
  { labels, size, random, steps = STEPS, guidance = GUIDANCE }: SamplesOptions,
): Promise<tf.Tensor> {
  const condition = tf.tensor1d(labels, 'int32');
  const shape = [labels.length, size, size, 3];
  const samples = await sample(denoiser, { shape, batchSize: BATCH_SIZE, random, condition }, { steps, guidance });
  condition.dispose();
  return samples;
}

/** `each` labels of every class, class by class. */
export function labelsByClass(classes: number, each: number): Int32Array {
  return Int32Array.from({ length: classes * each }, (_, i) => Math.floor(i / each));
}

/** One batch of samples in [0, 1], from new noise or from the noise `x`. */
export async function sample(
  denoiser: Denoiser,
  { x, ...own }: SampleOptions & { readonly x?: tf.Tensor },
  { steps = STEPS, guidance = GUIDANCE } = {},
): Promise<tf.Tensor> {
  const timesteps = logSnrTimesteps(denoiser.schedule, { steps, high: HIGHEST_LOG_SNR });
  const from = x && { x, timestep: timesteps[0]! };
  return toPixels(await sampleDpmSolver(denoiser, { ...own, from, timesteps, guidance, clip: [-1, 1] }));
}

/** What {@link drawSheet} takes. */
export interface Material {
  readonly denoiser: Denoiser;
  /** Number of classes. */
  readonly classes: number;
  /** Height and width of a sample. */
  readonly size: number;
  readonly random: RandomStream;
}

/** A grid of samples with one class per row; equal streams give the same noise. */
export async function drawSheet({ denoiser, classes, ...own }: Material, columns = COLUMNS): Promise<Uint8Array> {
  return drawGrid(await makeSamples(denoiser, { labels: labelsByClass(classes, columns), ...own }), columns);
}

/** Pictures in [0, 1], which it disposes, as a PNG file on white. */
export async function drawGrid(images: tf.Tensor, columns: number): Promise<Uint8Array> {
  const picture = tf.tidy(() => imageGrid(images, { columns, gap: GAP, background: 1 }));
  const png = await encodePng(picture, { scale: Math.max(1, Math.round((32 * SCALE) / images.shape[1]!)) });
  tf.dispose([images, picture]);
  return png;
}
