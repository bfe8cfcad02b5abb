import * as tf from '@tensorflow/tfjs';
import { addNoise, logNormalTimesteps, variationalBound, type Denoiser, type RandomStream } from 'tfjs-generative';
import { BOUND_IMAGES, type Bound } from '../shared/bound.js';
import { firstPictures } from '../shared/flat-images.js';
import type { Pictures } from '../shared/image-data.js';
import { fromPixels } from '../shared/pixels.js';

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
