import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { DiagonalGaussian } from '../../distributions/index.js';
import { checkFunction, checkNumber, isTensor } from '../../tensor/checks.js';
import type { Denoiser } from '../denoiser.js';
import { alphaBarAt, checkNoiseSchedule, scalesOf, type NoiseSchedule } from '../noise-schedule.js';
import { columnOfRows, mixRows, rowsAt } from '../per-example.js';
import { weightedSum } from '../weighted-sum.js';
import { checkEstimate, dataWeights, estimateRules, readEstimate, type EstimateOrNoise } from './read-estimate.js';
import { sampleWith } from './sample-diffusion.js';
import type { SampleOptions } from './sample-options.js';
import type { DiffusionSolver } from './solver.js';
import { readOptions, type Rules } from '../../tensor/options.js';

/**
 * The variance of a step of DDPM, as a function of the alphaBars at both ends: {@link smallVariance}, {@link largeVariance}, or your own
 * function.
 */
export type PosteriorVariance = (alphaBarFrom: number, alphaBarTo: number) => number;

/**
 * The variance of q(x_to | x_from, x_0): exact if the data are a single point.
 *
 * (1 - s) / (1 - t) (1 - t / s), t and s the alphaBars of `from` and `to`; the beta tilde of DDPM
 *
 * @example
 * ```ts
 * console.log(smallVariance(0.5, 0.9)); // 0.0888889
 * ```
 * @see Ho, Jain and Abbeel 2020, section 3.2, https://arxiv.org/abs/2006.11239
 */
export const smallVariance: PosteriorVariance = (from, to) => ((1 - to) / (1 - from)) * (1 - from / to);

/**
 * The variance of q(x_from | x_to): exact if the data are N(0, I).
 *
 * 1 - t / s, t and s the alphaBars of `from` and `to`; the beta of DDPM
 *
 * @example
 * ```ts
 * console.log(largeVariance(0.5, 0.9)); // 0.4444444
 * ```
 * @see Ho, Jain and Abbeel 2020, section 3.2, https://arxiv.org/abs/2006.11239
 */
export const largeVariance: PosteriorVariance = (from, to) => 1 - from / to;

/** Options of {@link ddpmPosterior}. */
export interface DdpmPosteriorOptions extends EstimateOrNoise {
  /** The timestep of xt, or an int32 tensor `[batch]` with one for each example. */
  readonly t: number | Tensor;
  /** The denoiser's noise schedule. */
  readonly schedule: NoiseSchedule;
  /** {@link smallVariance} by default. */
  readonly variance?: PosteriorVariance | undefined;
}

/** How random DDPM is. */
export interface DdpmOptions {
  /** {@link smallVariance} by default. */
  readonly variance?: PosteriorVariance | undefined;
}

const ddpmRules = { variance: { is: checkFunction, default: smallVariance } } satisfies Rules<DdpmOptions>;

/**
 * The distribution of DDPM's step, p(x_{t-1} | x_t) = N(mean, variance I).
 *
 * mean = ( sqrt(s) beta estimate + sqrt(1 - beta) (1 - s) xt ) / (1 - a), beta = 1 - a / s, with a and s the alphaBars at t and t - 1;
 * s is 1 at t = 0
 *
 * @param options - see {@link DdpmPosteriorOptions}
 * @returns mean and log-variance of the shape of xt, for {@link reparameterize}; the caller disposes them. With the small variance at
 *   t = 0 there is no noise left to add, and the log-variance is -Infinity.
 * @throws TypeError, RangeError or {@link ShapeError} if an argument is wrong, also for `predictedNoise` at alphaBar 0
 * @example
 * ```ts
 * const schedule = linearSchedule({ steps: 1000 });
 * const posterior = ddpmPosterior({ xt: tf.ones([1, 1]), estimate: tf.zeros([1, 1]), t: 500, schedule });
 * console.log(await posterior.mean.data(), await posterior.logVariance.data()); // 0.994104, -4.60005
 * ```
 * @see Ho, Jain and Abbeel 2020, equations 6 and 7, https://arxiv.org/abs/2006.11239
 */
export function ddpmPosterior(options: DdpmPosteriorOptions): DiagonalGaussian {
  const where = 'ddpmPosterior';
  const { xt, t, schedule, variance } = readOptions(where, options, {
    ...estimateRules,
    t: {},
    schedule: checkNoiseSchedule,
    ...ddpmRules,
  });
  const logVarianceAt = (t: number): number => Math.log(variance(alphaBarAt(schedule, t), alphaBarAt(schedule, t - 1)));
  const weightsAt = (t: number, ofXt: number, ofKnown: number): [ofXt: number, ofKnown: number] => {
    const { ofEstimate, ofNoised } = posteriorWeights(schedule, t, t - 1);
    return [ofNoised + ofEstimate * ofXt, ofEstimate * ofKnown];
  };
  if (isTensor(t)) {
    const known = checkEstimate(where, options);
    const dataAt = (t: number): [number, number] => (options.estimate ? [0, 1] : dataWeights(...scalesOf(schedule, t)));
    return tf.tidy(() => {
      const rows = rowsAt(where, 't', t, xt, schedule);
      return {
        mean: mixRows(rows, (t) => weightsAt(t, ...dataAt(t)), xt, known),
        logVariance: tf.broadcastTo(columnOfRows(rows, logVarianceAt, xt), xt.shape),
      };
    });
  }
  const { known, ofXt, ofKnown } = readEstimate(where, options, schedule, t, 't');
  const [first, second] = weightsAt(t, ofXt, ofKnown);
  return tf.tidy(() => ({
    mean: weightedSum([first, xt], [second, known]),
    logVariance: tf.fill(xt.shape, logVarianceAt(t)),
  }));
}

/** The coefficients of x_0 and x_from in the mean of q(x_to | x_from, x_0). */
export function posteriorWeights(schedule: NoiseSchedule, from: number, to: number) {
  const [before, after] = [alphaBarAt(schedule, from), alphaBarAt(schedule, to)];
  return {
    ofEstimate: (Math.sqrt(after) * (1 - before / after)) / (1 - before),
    ofNoised: (Math.sqrt(before / after) * (1 - after)) / (1 - before),
  };
}

/**
 * The solver of DDPM: a draw from the posterior at each step, its mean at the last.
 *
 * @param options - `variance`: {@link smallVariance} by default, {@link largeVariance}, or a function of your own
 * @returns a record for {@link sampleDiffusion}
 * @throws TypeError if `variance` is not a function
 * @example
 * ```ts
 * const solver = ddpmSolver({ variance: largeVariance });
 * console.log(typeof solver.step); // function
 * ```
 */
export function ddpmSolver(options: DdpmOptions = {}): DiffusionSolver {
  const where = 'ddpmSolver';
  return solverOf(where, readOptions(where, options, ddpmRules));
}

function solverOf(where: string, { variance }: { readonly variance: PosteriorVariance }): DiffusionSolver {
  return {
    step: ({ xt, estimate, from, to, schedule, noise }) => {
      const { ofEstimate, ofNoised } = posteriorWeights(schedule, from, to);
      const added = variance(alphaBarAt(schedule, from), alphaBarAt(schedule, to));
      checkNumber(where, 'variance(...)', added, { least: 0 });
      return weightedSum([ofNoised, xt], [ofEstimate, estimate], [to < 0 ? 0 : Math.sqrt(added), noise]);
    },
  };
}

/**
 * Samples by DDPM: random at each step, best with all of them. Fewer steps are evenly spaced in index.
 *
 * x_T ~ N(0, I), then x_to ~ N(mean, variance), where the mean is that of q(x_to | x_from, x_0 = estimate); the last step returns the
 * estimate itself
 *
 * @param denoiser - see {@link createDenoiser}
 * @param options - see {@link SampleOptions}; `variance`: {@link smallVariance} by default
 * @returns resolves to samples of the given shape; the caller disposes them. It rejects with `signal.reason`.
 * @throws (rejects with) TypeError, RangeError or {@link ShapeError} if an argument is wrong
 * @remarks With the small variance it is DDIM with eta 1.
 * @example
 * ```ts
 * const network = denoisingMlp({ size: 2, random });
 * const denoiser = createDenoiser(network, { schedule: cosineSchedule({ steps: 50 }), predicts: predictVelocity });
 * const samples = await sampleDdpm(denoiser, { shape: [5, 2], random });
 * console.log(samples.shape); // [5, 2]
 * ```
 * @see Ho, Jain and Abbeel 2020, algorithm 2, https://arxiv.org/abs/2006.11239
 */
export async function sampleDdpm(denoiser: Denoiser, options: SampleOptions & DdpmOptions): Promise<Tensor> {
  const where = 'sampleDdpm';
  return sampleWith(
    where,
    denoiser,
    options,
    (read: { variance: PosteriorVariance }) => solverOf(where, read),
    ddpmRules,
  );
}
