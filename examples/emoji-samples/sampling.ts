import * as tf from '@tensorflow/tfjs-core';
import {
  imageGrid,
  logSnrTimesteps,
  sampleDpmSolver,
  withGuidance,
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
  /** A weaker denoiser of the same pictures, away from which samples are led while there is much noise; none by default. */
  readonly guide?: Denoiser | undefined;
}

/** For a denoiser that `emoji` has trained. */
export const plainly: Sampling = { steps: 12, guidance: 1.5, high: 1.6 };
/** log(alpha / sigma) between which the network decides what is drawn; below, only its outlines emerge. */
const [OUTLINES, DETAILS] = [-1, 0.8];
const logRatio = (snr: number): number => Math.log(snr) / 2;
/**
 * For the deeper one of `emoji-64`: guidance at noise levels in the middle only, where it decides what is drawn; elsewhere it would exaggerate.
 */
export const inTheMiddle: Sampling = {
  steps: 12,
  guidance: (snr) => (logRatio(snr) > OUTLINES && logRatio(snr) < DETAILS ? 2.2 : 1),
  high: 1.5,
};
/** Guidance by a weaker denoiser, before that by classes. */
const atFirst = (snr: number): number => (logRatio(snr) < OUTLINES ? 1.7 : 1);

/** A denoiser with all the guidance of a way to sample. */
export function guided(denoiser: Denoiser, { guidance, guide }: Sampling): Denoiser {
  const led = guide ? withGuidance(denoiser, { guidance: atFirst, guide: ofClasses(guide) }) : denoiser;
  return withGuidance(led, { guidance });
}

/** A denoiser that takes the vectors of a larger one and leaves out what it has not learned, the numbers after those of the classes. */
function ofClasses(denoiser: Denoiser): Denoiser {
  const length = conditionLength(denoiser);
  return {
    ...denoiser,
    estimate: (xt, timesteps, options) => {
      const { condition } = options!;
      const known = condition?.rank === 2 ? tf.slice(condition, [0, 0], [-1, length]) : condition;
      return denoiser.estimate(xt, timesteps, { ...options, condition: known });
    },
  };
}

const conditionLength = (denoiser: Denoiser): number => denoiser.variables.at(-1)!.shape[0];

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
  const length = conditionLength(denoiser);
  return tf.tensor1d(Array.from({ length }, (_, i) => Number(i === label)));
}

/** One batch of samples in [0, 1], from new noise or from the noise `x`. */
export async function sample(
  denoiser: Denoiser,
  { x, ...own }: SampleOptions & { readonly x?: tf.Tensor },
  sampling = plainly,
): Promise<tf.Tensor> {
  const { steps, high } = sampling;
  const timesteps = logSnrTimesteps(denoiser.schedule, { steps, high });
  const from = x && { x, timestep: timesteps[0]! };
  return toPixels(await sampleDpmSolver(guided(denoiser, sampling), { ...own, from, timesteps, clip: [-1, 1] }));
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
