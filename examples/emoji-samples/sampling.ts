import * as tf from '@tensorflow/tfjs';
import {
  imageGrid,
  logSnrTimesteps,
  sampleDpmSolver,
  type Denoiser,
  type Network,
  type RandomStream,
  type SampleOptions,
} from 'tfjs-generative';
import { encodePng } from 'tfjs-generative/node';
import { toPixels } from '../shared/pixels.js';
import { upscale } from './upscaler.js';

/** Samples made at once. */
const BATCH_SIZE = 100;

/** How samples are made with DPM-Solver++. */
export interface Sampling {
  /** Calls of the network; each is two where there is guidance. */
  readonly steps: number;
  /** A number, or a function of the signal-to-noise ratio. */
  readonly guidance: number | ((snr: number) => number);
  /**
   * log(alpha / sigma) at the last call. The usual one is 4.5, but calls with little noise would mistake the grain that a small network leaves in
   * a picture for a part of the picture, and keep it.
   */
  readonly high: number;
}

/** For a denoiser that `emoji` has trained. */
export const plainly: Sampling = { steps: 12, guidance: 1.5, high: 1.6 };
/** For the deeper one of `emoji-64`: guidance at noise levels in the middle only, where it decides what is drawn; elsewhere it would exaggerate. */
export const inTheMiddle: Sampling = {
  steps: 12,
  guidance: (snr) => (Math.abs(Math.log(snr) / 2 + 0.35) < 1.15 ? 2 : 1),
  high: 2,
};

/** Height and width of a picture in the file. */
const DRAWN = 64;
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
  /** By default that of `emoji`. */
  readonly sampling?: Sampling | undefined;
}

/** Samples `[labels.length, size, size, 3]` in [0, 1]. */
export async function makeSamples(
  denoiser: Denoiser,
  { labels, size, random, sampling }: SamplesOptions,
): Promise<tf.Tensor> {
  const condition = tf.tensor1d(labels, 'int32');
  const shape = [labels.length, size, size, 3];
  const samples = await sample(denoiser, { shape, batchSize: BATCH_SIZE, random, condition }, sampling);
  condition.dispose();
  return samples;
}

/** `each` labels of every class, class by class. */
export function labelsByClass(classes: number, each: number): Int32Array {
  return Int32Array.from({ length: classes * each }, (_, i) => Math.floor(i / each));
}

/** Labels as vectors for `condition`, which may lie between two classes: what a network knows besides classes, its changes, is 0. */
export function labelVector(denoiser: Denoiser, label: number): tf.Tensor1D {
  const length = denoiser.variables.at(-1)!.shape[0];
  return tf.tensor1d(Array.from({ length }, (_, i) => Number(i === label)));
}

/** One batch of samples in [0, 1], from new noise or from the noise `x`. */
export async function sample(
  denoiser: Denoiser,
  { x, ...own }: SampleOptions & { readonly x?: tf.Tensor },
  { steps, guidance, high } = plainly,
): Promise<tf.Tensor> {
  const timesteps = logSnrTimesteps(denoiser.schedule, { steps, high });
  const from = x && { x, timestep: timesteps[0]! };
  return toPixels(await sampleDpmSolver(denoiser, { ...own, from, timesteps, guidance, clip: [-1, 1] }));
}

/** What {@link drawSheet} takes. */
export interface Material {
  readonly denoiser: Denoiser;
  /** Doubles the size of pictures before they are drawn. */
  readonly upscaler?: Network | undefined;
  readonly sampling?: Sampling | undefined;
  /** Number of classes. */
  readonly classes: number;
  /** Height and width of what the denoiser makes. */
  readonly size: number;
  readonly random: RandomStream;
}

/** A grid of samples with one class per row; equal streams give the same noise. */
export async function drawSheet(
  { denoiser, upscaler, classes, ...own }: Material,
  columns = COLUMNS,
): Promise<Uint8Array> {
  const samples = await makeSamples(denoiser, { labels: labelsByClass(classes, columns), ...own });
  return drawGrid(enlarged(samples, upscaler), columns);
}

/** Pictures in [0, 1] as they are drawn: those of twice the size, if there is an upscaler, which replace and dispose the smaller ones. */
export function enlarged(images: tf.Tensor, upscaler: Network | undefined): tf.Tensor {
  if (upscaler === undefined) return images;
  const larger = upscale(upscaler, images);
  images.dispose();
  return larger;
}

/** Pictures in [0, 1], which it disposes, as a PNG file on white. */
export async function drawGrid(images: tf.Tensor, columns: number): Promise<Uint8Array> {
  const picture = tf.tidy(() => imageGrid(images, { columns, gap: GAP, background: 1 }));
  const png = await encodePng(picture, { scale: Math.max(1, Math.round(DRAWN / images.shape[1]!)) });
  tf.dispose([images, picture]);
  return png;
}
