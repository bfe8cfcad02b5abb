import * as tf from '@tensorflow/tfjs';
import { sampleDpmSolver, type Denoiser, type RandomStream, type SampleOptions } from 'tfjs-generative';
import { labelsInTurn } from '../shared/labels.js';
import { toPixels } from '../shared/pixels.js';

/** Samples made at once. */
const AT_ONCE = 250;

/** A sampler of the library. */
export type Sampler = (denoiser: Denoiser, options: SampleOptions) => Promise<tf.Tensor>;

/** How samples are made. */
export interface Way {
  readonly sampler: Sampler;
  readonly steps: number;
  readonly guidance: number;
}

/** The default method: chosen on held-out training images, with `--compare`. */
export const usualWay: Way = { sampler: sampleDpmSolver, steps: 10, guidance: 1 };

/** How often a method calls the network: twice per step if it is guided. */
export function callsOf({ steps, guidance }: Way): number {
  return guidance === 1 ? steps : 2 * steps;
}

/** What {@link makeSamples} takes. */
export interface SampleImagesOptions {
  readonly count: number;
  readonly random: RandomStream;
  readonly way?: Way;
  /** Called with the number of samples made so far. */
  readonly onSamples?: (done: number) => void;
}

/** Samples `[count, 28, 28, 1]` in [0, 1], the same number for each class. */
export async function makeSamples(
  denoiser: Denoiser,
  { count, random, way = usualWay, onSamples }: SampleImagesOptions,
): Promise<tf.Tensor> {
  const { sampler, steps, guidance } = way;
  const parts: tf.Tensor[] = [];
  for (let start = 0; start < count; start += AT_ONCE) {
    const size = Math.min(AT_ONCE, count - start);
    const condition = labelsInTurn(size, start);
    const part = await sampler(denoiser, { shape: [size, 28, 28, 1], steps, random, condition, guidance });
    parts.push(toPixels(part));
    condition.dispose();
    onSamples?.(start + size);
  }
  const samples = tf.concat(parts);
  tf.dispose(parts);
  return samples;
}
