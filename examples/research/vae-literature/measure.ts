import * as tf from '@tensorflow/tfjs';
import { estimateLogLikelihood, latentKl, type RandomStream } from 'tfjs-generative';
import { rowsOf, type Binary } from './data.js';
import type { Slots } from './model.js';

/** Draws of the bound for each image. */
const DRAWS = 8;
/** Images at once. */
const [OF_BOUND, OF_ESTIMATE] = [250, 20];

/** The negative log-likelihood of images in nats, and what it was made from. */
export interface Measured {
  /** Mean of -log p(x). */
  readonly nll: number;
  /** Mean of the bound over all images. */
  readonly elbo: number;
  /** Mean of log p(x) - bound over the images whose log p(x) was estimated, and the standard error of that mean. */
  readonly gap: number;
  readonly gapError: number;
  /** Images whose log p(x) was estimated, and samples for each. */
  readonly images: number;
  readonly samples: number;
}

/** What {@link measure} takes. */
export interface MeasureOptions {
  /** Images whose log p(x) is estimated; for the others, the mean gap between it and the bound is assumed. */
  readonly images: number;
  readonly samples: number;
  readonly random: RandomStream;
}

/**
 * The negative log-likelihood: the mean bound over all images, with 8 draws for each, and the mean gap of some, with importance sampling.
 * The gap differs little between images, so that a few are enough: the log-likelihood itself differs by hundreds of nats.
 */
export async function measure(slots: Slots, test: Binary, options: MeasureOptions): Promise<Measured> {
  const { samples, random } = options;
  const [count] = test.shape;
  const images = Math.min(options.images, count);
  const bounds: number[] = [];
  for (let from = 0; from < count; from += OF_BOUND) {
    const nats = tf.tidy(() => boundOf(slots, rowsOf(test, from, OF_BOUND), random));
    bounds.push(...(await nats.data()));
    nats.dispose();
  }
  const gaps: number[] = [];
  for (let from = 0; from < images; from += OF_ESTIMATE) {
    const x = rowsOf(test, from, Math.min(OF_ESTIMATE, images - from));
    const { perExample } = await estimateLogLikelihood(slots, x, { samples, random });
    perExample.forEach((nats, i) => gaps.push(nats - bounds[from + i]!));
    x.dispose();
  }
  const [elbo, gap] = [meanOf(bounds), meanOf(gaps)];
  const variance = meanOf(gaps.map((one) => (one - gap) ** 2));
  return { nll: -(elbo + gap), elbo, gap, gapError: Math.sqrt(variance / images), images, samples };
}

/** The bound for each image, `[batch]`, as a mean over draws. */
function boundOf({ encoder, decoder, prior }: Slots, x: tf.Tensor, random: RandomStream): tf.Tensor {
  const draw = encoder.draw(x, random, { samples: DRAWS });
  const logLikelihood = decoder.likelihood.logProb(tf.tile(x, [DRAWS, 1]), decoder.decode(draw.z));
  const nats = tf.sub(logLikelihood, latentKl(draw, prior));
  return tf.mean(tf.reshape(nats, [DRAWS, x.shape[0]]), 0);
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
