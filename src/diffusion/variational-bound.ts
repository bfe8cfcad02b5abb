import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { LOG_TWO_PI } from '../distributions/gaussian.js';
import { checkRandom } from '../random/check-random.js';
import type { RandomStream } from '../random/stream.js';
import { checkExamples, checkInteger } from '../tensor/checks.js';
import { readTensor } from '../tensor/lost-backend.js';
import { outOfRange, unusable } from '../tensor/errors.js';
import { sumPerExample } from '../tensor/sum-per-example.js';
import { checkData } from '../training/data/batch.js';
import { checkDenoiser, type Denoiser } from './denoiser.js';
import { logNormalInterval } from './normal-distribution.js';
import { snrOf, type NoiseSchedule } from './noise-schedule.js';
import { addNoise } from './add-noise.js';
import { drawTimesteps, everyTimestep } from './bound-timesteps.js';
import { timestepsOf } from './per-example.js';
import { denoisingRules, readDenoising } from './samplers/denoising.js';
import type { DenoisingOptions } from './samplers/sample-options.js';
import { clipRule } from './with-clip.js';
import { readOptions } from '../tensor/options.js';

/** The range of levels by default. */
export const RANGE = [-1, 1] as const;

/** Options of {@link variationalBound}. */
export interface VariationalBoundOptions extends Pick<
  DenoisingOptions,
  'condition' | 'conditions' | 'allowNoClass' | 'clip' | 'signal' | 'yieldAfter'
> {
  /** With `calls`, timesteps are drawn from it first; then the noise for each call, in decreasing order of timesteps. */
  readonly random: RandomStream;
  /**
   * Number of calls of the network, at least 2, each at random timesteps that differ between examples. By default the network is called
   * once at each timestep of the schedule, and no term is omitted.
   */
  readonly calls?: number | undefined;
  /** The number of equally spaced values of x, such as 256: the bound is then that of a probability; by default, of a density. */
  readonly levels?: number | undefined;
  /**
   * The lowest and the highest level; [-1, 1] by default, which rejects data that vary but are never below 0, such as images in [0, 1].
   */
  readonly range?: readonly [low: number, high: number] | undefined;
}

/** The result of {@link variationalBound}. */
export interface VariationalBound {
  /** A lower bound on log p(x), averaged over the batch, in nats. */
  readonly nats: number;
  /** The standard error of `nats` as an estimate of its mean over the data, from the batch's spread; NaN for one example. */
  readonly standardError: number;
  /** -nats / (log(2) numbers per example); lower is better. */
  readonly bitsPerDimension: number;
}

/**
 * The lower bound on log p(x) of diffusion models, in nats, so that they can be compared with VAEs on the same data.
 *
 * bound = log N(x; estimate_0, 1 / snr[0]) - 1/2 sum over t > 0 of (snr[t - 1] - snr[t]) |x - estimate_t|^2 - KL( q(x_T | x) || N(0, I) )
 *
 * The sum has the divergences of q from DDPM's steps with the small variance; at each timestep the estimate is computed from one draw of
 * noise. The last step is N(estimate_0, 1 / snr[0]): the bound has its density or, with `levels`, the probability of each level's
 * interval, where the outer intervals are open. With `calls` = k the sum is estimated, without bias, as the mean of k - 1 random terms,
 * each divided by its probability. Probabilities are proportional to (snr[t - 1] - snr[t]) / (1 + snr[t - 1]), and one term is drawn
 * from each of k - 1 equal parts of the distribution.
 *
 * @param denoiser - see {@link createDenoiser}
 * @param x - data, float32 `[batch, ...]`
 * @param options - see {@link VariationalBoundOptions}
 * @returns resolves to numbers, see {@link VariationalBound}
 * @throws (rejects with) TypeError, RangeError or {@link ShapeError} if an argument is wrong, including x outside `range`; it rejects
 *   with `signal.reason`
 * @example
 * ```ts
 * const network = denoisingMlp({ size: 2, random });
 * const denoiser = createDenoiser(network, { schedule: linearSchedule({ steps: 20 }), predicts: predictVelocity });
 * const { nats, bitsPerDimension } = await variationalBound(denoiser, tf.zeros([8, 2]), { random });
 * console.log(nats < 0, bitsPerDimension > 0); // true, true
 * ```
 * @see Ho, Jain and Abbeel 2020, equation 5, https://arxiv.org/abs/2006.11239; Kingma et al. 2021, equation 13,
 * https://arxiv.org/abs/2107.00630
 */
export async function variationalBound(
  denoiser: Denoiser,
  x: Tensor,
  options: VariationalBoundOptions,
): Promise<VariationalBound> {
  const where = 'variationalBound';
  checkDenoiser(where, 'denoiser', denoiser);
  checkExamples(where, 'x', x);
  const { condition, conditions, allowNoClass, clip, signal, yieldAfter } = denoisingRules;
  const read = readOptions(where, options, {
    random: checkRandom,
    calls: { is: checkInteger, default: undefined, least: 2 },
    levels: { is: checkInteger, default: undefined, least: 2 },
    range: clipRule,
    condition,
    conditions,
    allowNoClass,
    clip,
    signal,
    yieldAfter,
  });
  const { random, calls, levels, range: given } = read;
  const range = given ?? RANGE;
  const { schedule } = denoiser;
  const batch = x.shape[0];
  await checkData(where, x);
  const { denoise } = await readDenoising(where, denoiser, read, batch);
  const data = levels === undefined ? undefined : await readTensor(where, x);
  if (data !== undefined) checkLevels(where, data, given);

  const terms =
    calls === undefined ? everyTimestep(schedule, batch) : await drawTimesteps(schedule, batch, calls - 1, random);
  /** Computes the estimates of the data at one timestep per example, with one draw of noise, and reads from them. */
  const estimateAt = async <T>(timesteps: Int32Array, read: (estimate: Tensor) => Promise<T>): Promise<T> => {
    const xt = tf.tidy(() => addNoise(x, random.normal(x.shape), timestepsOf(timesteps, schedule.steps), schedule));
    let estimate: Tensor | undefined;
    try {
      estimate = await denoise(xt, timesteps);
      return await read(estimate);
    } finally {
      tf.dispose([xt, estimate]);
    }
  };
  const size = x.size / batch;
  const totals = (await sumOfSquares(x)).map((squares) => -priorDivergence(squares, size, schedule));
  for (const { timesteps, weights } of terms) {
    const errors = await estimateAt(timesteps, (estimate) => sumOfSquares(x, estimate));
    errors.forEach(
      (error, i) => (totals[i]! += (weights?.[i] ?? 1) * logTransition(error, size, timesteps[i]!, schedule)),
    );
  }
  const first = new Int32Array(batch);
  if (data === undefined) {
    const errors = await estimateAt(first, (estimate) => sumOfSquares(x, estimate));
    errors.forEach((error, i) => (totals[i]! += logTransition(error, size, 0, schedule)));
  } else {
    const deviation = 1 / Math.sqrt(snrOf(schedule, 0));
    const means = await estimateAt(first, (estimate) => readTensor(where, estimate));
    data.forEach(
      (value, i) => (totals[Math.floor(i / size)]! += logLevel(value, means[i]!, deviation, levels!, range)),
    );
  }
  if (totals.some(Number.isNaN)) throw unusable(where, 'denoiser', 'must give finite numbers', { seen: 'NaN' });
  return summary(totals, size);
}

/** |x - y|^2 of each example; y is 0 by default. */
async function sumOfSquares(x: Tensor, y?: Tensor): Promise<number[]> {
  const sums = tf.tidy(() => sumPerExample(tf.square(y === undefined ? x : tf.sub(x, y))));
  return [...(await readTensor('variationalBound', sums).finally(() => sums.dispose()))];
}

/** KL( q(x_T | x) || N(0, I) ) in nats, from |x|^2. */
function priorDivergence(squares: number, size: number, schedule: NoiseSchedule): number {
  const alphaBar = schedule.alphaBar[schedule.steps - 1]!;
  return (alphaBar * squares - size * (alphaBar + Math.log1p(-alphaBar))) / 2;
}

/** A step's contribution to the bound, from |x - estimate|^2: minus a divergence, or at t = 0 the log-density of the last step. */
function logTransition(error: number, size: number, t: number, schedule: NoiseSchedule): number {
  const snr = snrOf(schedule, t);
  if (t > 0) return (-(snrOf(schedule, t - 1) - snr) * error) / 2;
  return (size * (Math.log(snr) - LOG_TWO_PI) - snr * error) / 2;
}

/** log of the probability of x's level under N(mean, deviation^2). */
function logLevel(
  x: number,
  mean: number,
  deviation: number,
  levels: number,
  [low, high]: readonly [number, number],
): number {
  const half = (high - low) / (levels - 1) / 2;
  const from = x < low + half ? -Infinity : (x - half - mean) / deviation;
  const to = x > high - half ? Infinity : (x + half - mean) / deviation;
  return logNormalInterval(from, to);
}

/** Throws unless the data lie within the range. */
export function checkLevels(where: string, data: ArrayLike<number>, range: VariationalBoundOptions['range']): void {
  const [low, high] = range ?? RANGE;
  const slack = 1e-4 * (high - low);
  let [least, most, isOutside, outside] = [Infinity, -Infinity, false, 0];
  for (let i = 0; i < data.length; i++) {
    const value = data[i]!;
    least = Math.min(least, value);
    most = Math.max(most, value);
    if (!isOutside && !(value >= low - slack && value <= high + slack)) [isOutside, outside] = [true, value];
  }
  const fix = 'Give `range`; images in [0, 1] become 2 x - 1.';
  if (isOutside) throw outOfRange(where, 'x', `must lie within [${low}, ${high}]`, { got: outside, fix });
  // these are probably images in [0, 1]: data in [-1, 1] almost always have a number below 0
  if (range === undefined && least >= 0 && most > least)
    throw outOfRange(where, 'x', 'must reach below 0', { seen: `${least} and more`, fix });
}

function summary(totals: readonly number[], size: number): VariationalBound {
  const nats = totals.reduce((sum, total) => sum + total, 0) / totals.length;
  const squares = totals.reduce((sum, total) => sum + (total - nats) ** 2, 0);
  return {
    nats,
    standardError: Math.sqrt(squares / (totals.length - 1) / totals.length),
    bitsPerDimension: -nats / (size * Math.LN2),
  };
}
