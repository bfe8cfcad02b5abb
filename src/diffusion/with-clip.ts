import * as tf from '@tensorflow/tfjs-core';
import { classesOf } from '../nets/classes-of.js';
import { checkNumber } from '../tensor/checks.js';
import { wrongKind } from '../tensor/errors.js';
import { note } from '../tensor/made-by.js';
import { readOptions } from '../tensor/options.js';
import { checkDenoiser, type Denoiser } from './denoiser.js';
import { estimateSample, withSample } from './estimate.js';

/** The rule of a range of numbers that may be absent. */
export const clipRule = { is: checkRange, default: undefined } as const;

/** Options of {@link withClip}, and of every function that calls a denoiser. */
export interface ClipOptions {
  /** The estimate of x_0 is clipped to this range; by default it is not clipped. */
  readonly clip?: readonly [low: number, high: number] | undefined;
}

/**
 * A denoiser whose estimate of the data is clipped to a range, which limits the errors of {@link predictNoise} where little of the data
 * is left.
 *
 * estimate = min(max(x, low), high), where x is the estimate of the denoiser; the estimate of the noise is then
 * (x_t - alpha estimate) / sigma
 *
 * The option `clip` of a sampler is this wrapper. It calls the `estimate` of the denoiser that it wraps, so wrappers can be combined in
 * any order.
 *
 * @param denoiser - see {@link createDenoiser}; `predict` stays as it is
 * @param options - `clip`: [low, high], the range of the data
 * @returns a denoiser that shares the network; without `clip`, the given denoiser itself
 * @throws TypeError or RangeError if an option is wrong
 * @example
 * ```ts
 * const network = denoisingMlp({ size: 2, random });
 * const denoiser = createDenoiser(network, { schedule: cosineSchedule({ steps: 200 }), predicts: predictNoise });
 * const { sample } = withClip(denoiser, { clip: [-1, 1] }).estimate(tf.ones([1, 2]), tf.tensor1d([199], 'int32'));
 * console.log(await tf.max(tf.abs(sample)).data()); // 1
 * ```
 * @see Ho, Jain and Abbeel 2020, whose code clips, https://arxiv.org/abs/2006.11239
 */
export function withClip(denoiser: Denoiser, options: ClipOptions): Denoiser {
  const where = 'withClip';
  checkDenoiser(where, 'denoiser', denoiser);
  const { clip } = readOptions(where, options, { clip: clipRule });
  const made = clipped(where, denoiser, clip);
  if (made === denoiser) return made;
  // a model file can hold it
  const parts = [denoiser];
  return Object.freeze(note(made, { kind: 'withClip', options: { ...options }, parts, classes: classesOf(denoiser) }));
}

/** {@link withClip}, for the function that has the option. */
export function clipped(where: string, denoiser: Denoiser, clip: ClipOptions['clip']): Denoiser {
  if (clip === undefined) return denoiser;
  return withSample(denoiser, (...given) => tf.tidy(() => tf.clipByValue(estimateSample(where, ...given), ...clip)));
}

/** Throws unless a range is two numbers, the second above the first. */
function checkRange(where: string, argument: string, range: readonly [low: number, high: number]): void {
  if (!Array.isArray(range)) throw wrongKind(where, argument, 'must be [low, high]', { got: range });
  checkNumber(where, `${argument}[0]`, range[0]);
  checkNumber(where, `${argument}[1]`, range[1], { above: range[0] });
}
