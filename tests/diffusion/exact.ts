import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import {
  createDenoiser,
  predictVelocity,
  type Denoiser,
  type NoiseSchedule,
  type PredictionTarget,
} from '../../src/diffusion/index.js';
import { denoisingMlp, type ApplyOptions } from '../../src/nets/index.js';
import { createRandom } from '../../src/random/index.js';
import { readKept } from '../support/close.js';

/** Data N(mean, variance) in each number, whose best denoiser and flow have closed forms. */
export interface GaussianData {
  readonly mean: number;
  readonly variance: number;
}

/** alpha and sigma at a timestep, 1 and 0 at -1, in float64. */
export function scales({ alphaBar }: NoiseSchedule, t: number): { alpha: number; sigma: number } {
  const a = t < 0 ? 1 : alphaBar[t]!;
  return { alpha: Math.sqrt(a), sigma: Math.sqrt(1 - a) };
}

/** E[x_0 | x_t] of Gaussian data. */
export function bestEstimate({ mean, variance }: GaussianData, x: number, alpha: number, sigma: number): number {
  return mean + (alpha * variance * (x - alpha * mean)) / (alpha ** 2 * variance + sigma ** 2);
}

/** Where the probability flow carries x from one timestep to another: its distance from the mean in standard deviations stays. */
export function exactFlow(data: GaussianData, schedule: NoiseSchedule, x: number, from: number, to: number): number {
  const [a, b] = [scales(schedule, from), scales(schedule, to)];
  const deviation = ({ alpha, sigma }: typeof a): number => Math.sqrt(alpha ** 2 * data.variance + sigma ** 2);
  return b.alpha * data.mean + (deviation(b) / deviation(a)) * (x - a.alpha * data.mean);
}

/** A denoiser that gives E[x_0 | x_t] of Gaussian data, by whatever target; it records the inputs of its network. */
export interface ExactDenoiser extends Denoiser {
  /** The timesteps of each call. */
  readonly seen: Promise<ArrayLike<number>>[];
  /** The condition of each call. */
  readonly conditions: (Promise<ArrayLike<number>> | undefined)[];
}

/** Makes an {@link ExactDenoiser}; with `watches` false, it only counts its calls. */
export function exactDenoiser(
  { mean, variance }: GaussianData,
  schedule: NoiseSchedule,
  predicts: PredictionTarget = predictVelocity,
  watches = true,
): ExactDenoiser {
  const seen: ExactDenoiser['seen'] = [];
  const conditions: ExactDenoiser['conditions'] = [];
  const lines = Array.from({ length: schedule.steps }, (_, t) => {
    const { alpha, sigma } = scales(schedule, t);
    const [c, d] = predicts.mix(alpha, sigma);
    const slope = (c * alpha * variance + d * sigma) / (alpha ** 2 * variance + sigma ** 2);
    return { slope, shift: (c - alpha * slope) * mean };
  });
  const apply = (x: Tensor, { timesteps, condition }: ApplyOptions = {}): Tensor => {
    // a read under way keeps its tensor alive on a GPU, which a count of tensors would see
    seen.push(watches ? readKept(timesteps!) : Promise.resolve([]));
    conditions.push(watches && condition !== undefined ? readKept(condition) : undefined);
    const column = [x.shape[0], ...x.shape.slice(1).map(() => 1)];
    const [slope, shift] = (['slope', 'shift'] as const).map((key) =>
      tf.reshape(tf.gather(tf.tensor1d(lines.map((line) => line[key])), timesteps as tf.Tensor1D), column),
    ) as [Tensor, Tensor];
    return tf.add(tf.mul(slope, x), shift);
  };
  const denoiser = createDenoiser({ variables: [], dispose: () => undefined, apply }, { schedule, predicts });
  return { ...denoiser, seen, conditions };
}

/** A table whose log(alpha / sigma) falls evenly from `high` to `low`: both ends are in it. */
export function evenLogSnr(steps: number, high = 3, low = -3): NoiseSchedule {
  const alphaBar = Float64Array.from(
    { length: steps },
    (_, i) => 1 / (1 + Math.exp(-2 * (high + ((low - high) * i) / (steps - 1)))),
  );
  return { steps, alphaBar };
}

/** A denoiser of two numbers one of whose weights is infinite, as an update by hand may leave it. */
export function ruinedDenoiser(schedule: NoiseSchedule): Denoiser {
  const network = denoisingMlp({ size: 2, width: 8, random: createRandom(2) });
  const weights = network.variables.at(-2)!;
  weights.assign(tf.div(weights, 0));
  return createDenoiser(network, { schedule, predicts: predictVelocity });
}
