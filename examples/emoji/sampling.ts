import * as tf from '@tensorflow/tfjs';
import { sampleDpmSolver, type Denoiser, type RandomStream } from 'tfjs-generative';
import { toPixels } from './model.js';

/** Samples made at once. */
const AT_ONCE = 100;
/** The usual number of steps and the usual guidance: with guidance each step calls the network twice. */
export const [STEPS, GUIDANCE] = [12, 1.5];

/** What {@link makeSamples} takes. */
export interface SamplesOptions {
  /** The class of each sample. */
  readonly labels: Int32Array;
  /** Height and width. */
  readonly size: number;
  readonly random: RandomStream;
  readonly steps?: number;
  readonly guidance?: number;
  /** Called with the number of samples made so far. */
  readonly onSamples?: (done: number) => void;
}

/** Samples `[labels.length, size, size, 3]` in [0, 1]. */
export async function makeSamples(
  denoiser: Denoiser,
  { labels, size, random, steps = STEPS, guidance = GUIDANCE, onSamples }: SamplesOptions,
): Promise<tf.Tensor> {
  const parts: tf.Tensor[] = [];
  for (let start = 0; start < labels.length; start += AT_ONCE) {
    const own = labels.subarray(start, start + AT_ONCE);
    const condition = tf.tensor1d(own, 'int32');
    const shape = [own.length, size, size, 3];
    parts.push(toPixels(await sampleDpmSolver(denoiser, { shape, steps, random, condition, guidance, clip: [-1, 1] })));
    condition.dispose();
    onSamples?.(start + own.length);
  }
  const samples = tf.concat(parts);
  tf.dispose(parts);
  return samples;
}

/** `each` labels of every class, class by class. */
export function labelsByClass(classes: number, each: number): Int32Array {
  return Int32Array.from({ length: classes * each }, (_, i) => Math.floor(i / each));
}
