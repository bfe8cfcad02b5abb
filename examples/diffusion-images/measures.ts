import * as tf from '@tensorflow/tfjs-core';
import {
  addNoise,
  logNormalTimesteps,
  variationalBound,
  createRandom,
  sampleDdim,
  sampleDpmSolver,
  type Denoiser,
  type RandomStream,
} from 'tfjs-generative';
import { frechetDistance } from 'tfjs-generative/metrics';
import { firstPictures } from '../shared/flat-images.js';
import type { Pictures, LabelledImages } from '../shared/image-data.js';
import { featuresOf, loadEyes, samplesFor } from '../shared/image-measures.js';
import { fromPixels } from '../shared/pixels.js';
import { callsOf, makeSamples, type Way } from './samples.js';

/** Number of test images for which the bound is computed. */
export const BOUND_IMAGES = 1_000;

/** The mean over images of a lower bound on log p(x), in nats, and the standard error of that mean. */
export interface Bound {
  readonly nats: number;
  readonly standardError: number;
}

/** Calls of the network for the bound of each image. */
const CALLS = 20;
/** Images on which the terms of rare timesteps are measured, each with one draw of noise. */
const RARE_IMAGES = 100;

/** The bound for the probability of pixels with 256 levels, given the class, for the first test images. */
export async function boundOf(denoiser: Denoiser, test: Pictures, random: RandomStream): Promise<Bound> {
  const { x, condition } = boundedImages(test, BOUND_IMAGES);
  const { nats, standardError } = await variationalBound(denoiser, x, { random, levels: 256, calls: CALLS, condition });
  tf.dispose([x, condition]);
  return { nats, standardError };
}

/** The terms of a bound at some timesteps. */
export interface RareTerms {
  readonly timesteps: number;
  readonly nats: number;
}

/**
 * The terms of the bound at the timesteps that log-normal times contain once in ten thousand, those with very little and with very much
 * noise: the sum of 1/2 (snr[t - 1] - snr[t]) |x - estimate|^2 over them, in nats.
 */
export async function rareTerms(denoiser: Denoiser, test: Pictures, random: RandomStream): Promise<RareTerms> {
  const { x, condition } = boundedImages(test, RARE_IMAGES);
  const { schedule } = denoiser;
  const counts = new Map<number, number>();
  for (const t of logNormalTimesteps(schedule)) counts.set(t, (counts.get(t) ?? 0) + 1);
  const rare = [...counts.keys()].filter((t) => t > 0 && counts.get(t) === 1);
  const snr = (t: number): number => schedule.alphaBar[t]! / (1 - schedule.alphaBar[t]!);
  let nats = 0;
  for (const t of rare) {
    const error = tf.tidy(() => {
      const timesteps = tf.fill([x.shape[0]], t, 'int32');
      const xt = addNoise(x, random.normal(x.shape), timesteps, schedule);
      const { sample } = denoiser.estimate(xt, timesteps, { condition });
      return tf.div(tf.sum(tf.square(tf.sub(x, sample))), x.shape[0]);
    });
    nats += ((snr(t - 1) - snr(t)) / 2) * (await error.data())[0]!;
    error.dispose();
  }
  tf.dispose([x, condition]);
  return { timesteps: rare.length, nats };
}

function boundedImages(test: Pictures, count: number): { x: tf.Tensor; condition: tf.Tensor } {
  const x = tf.tidy(() => fromPixels(firstPictures(test, count)));
  return { x, condition: tf.tensor1d(test.labels.data.subarray(0, x.shape[0]), 'int32') };
}

/** The sampling methods that are compared. */
export const WAYS: readonly Way[] = [
  ...[5, 10, 20, 50].map((steps) => ({ sampler: sampleDpmSolver, steps, guidance: 1 })),
  ...[10, 20].map((steps) => ({ sampler: sampleDdim, steps, guidance: 1 })),
  ...[1.25, 1.5].map((guidance) => ({ sampler: sampleDpmSolver, steps: 10, guidance })),
  { sampler: sampleDpmSolver, steps: 20, guidance: 1.5 },
];
/** Number of samples for each method and seed: fewer than for the final measures. */
const COMPARED_SAMPLES = 2_000;

/** The quality of a sampling method, with one number for each seed of the samples. */
export interface Compared {
  readonly sampler: string;
  readonly steps: number;
  readonly guidance: number;
  readonly calls: number;
  readonly samples: number;
  /** The mean of the distances in the classifier's features. */
  readonly frechetDistance: number;
  /** Frechet distances in the features of both networks. */
  readonly classifier: Spread;
  readonly autoencoder: Spread;
  /** Mean pixel of the samples in [0, 1]. */
  readonly brightness: number;
}

/** What {@link compareWays} takes. */
export interface CompareOptions {
  readonly images: LabelledImages;
  readonly seed: number;
  /** Number of sets of samples for each method, with consecutive seeds. */
  readonly draws: number;
}

/** The Frechet distances of each sampling method from held-out images. */
export async function compareWays(denoiser: Denoiser, { images, seed, draws }: CompareOptions): Promise<Compared[]> {
  const { dispose, ...networks } = await loadEyes();
  const count = samplesFor(images);
  const real = Object.values(networks).map((network) => featuresOf(network, images, count));
  const results: Compared[] = [];
  for (const way of WAYS) {
    const values: number[][] = [[], []];
    let brightness = 0;
    const samplesOfOne = Math.min(COMPARED_SAMPLES, count);
    for (let draw = 0; draw < draws; draw++) {
      const random = createRandom(seed + draw).fork('compared'); // the same noise for each way
      const samples = await makeSamples(denoiser, { count: samplesOfOne, random, way });
      for (const [i, network] of Object.values(networks).entries()) {
        const features = network.features(samples);
        values[i]!.push((await frechetDistance(features, real[i]!)).value);
        features.dispose();
      }
      const mean = tf.mean(samples);
      brightness += (await mean.data())[0]! / draws;
      tf.dispose([samples, mean]);
    }
    const [classifier, autoencoder] = values.map(spreadOf) as [Spread, Spread];
    const { sampler, steps, guidance } = way;
    console.log(
      `${sampler.name}, ${steps} steps, guidance ${guidance}, ${callsOf(way)} calls: Frechet distance ` +
        `${spreadText(classifier)}, in the autoencoder's features ${spreadText(autoencoder, 2)}, mean pixel ${brightness.toFixed(3)}`,
    );
    results.push({
      sampler: sampler.name,
      steps,
      guidance,
      calls: callsOf(way),
      samples: samplesOfOne,
      frechetDistance: classifier.mean,
      classifier,
      autoencoder,
      brightness,
    });
  }
  tf.dispose(real);
  dispose();
  return results;
}

/** Statistics of numbers that differ by chance. */
export interface Spread {
  readonly mean: number;
  /** The standard deviation, with n - 1; 0 for one number. */
  readonly deviation: number;
  readonly values: readonly number[];
}

/** Mean and deviation of some numbers. */
export function spreadOf(values: readonly number[]): Spread {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / Math.max(1, values.length - 1)), values };
}

/** As text: `4.1 ± 0.9`. */
export function spreadText({ mean, deviation }: Spread, digits = 1): string {
  return `${mean.toFixed(digits)} ± ${deviation.toFixed(digits)}`;
}
