import type { Tensor } from '@tensorflow/tfjs-core';
import { checkNumber, isTensor } from '../../tensor/checks.js';
import { outOfRange } from '../../tensor/errors.js';
import type { Denoiser } from '../denoiser.js';
import { alphaBarAt, checkNoiseSchedule, checkTimestep, scalesOf, type NoiseSchedule } from '../noise-schedule.js';
import { weightedSum } from '../weighted-sum.js';
import { checkLikeNoised, estimateRules, readEstimate, tensorRule, type EstimateOrNoise } from './read-estimate.js';
import { sampleWith } from './sample-diffusion.js';
import type { SampleOptions } from './sample-options.js';
import type { DiffusionSolver } from './solver.js';
import { ddimStepForEach } from './step-per-example.js';
import { readOptions, type Rules } from '../../tensor/options.js';

const ddimRules = { eta: { is: checkNumber, default: 0, least: 0, most: 1 } } satisfies Rules<DdimOptions>;

/** Options of {@link ddimStep}. */
export interface DdimStepOptions extends EstimateOrNoise {
  /** The timestep of xt, or an int32 tensor `[batch]` with one for each example. */
  readonly from: number | Tensor;
  /** The timestep to go to, or one for each example: -1 means the data, alphaBar 1; one above `from` goes back towards noise. */
  readonly to: number | Tensor;
  /** The denoiser's noise schedule. */
  readonly schedule: NoiseSchedule;
  /** How random the step is, from 0 (deterministic) to 1 (like DDPM); 0 by default. */
  readonly eta?: number | undefined;
  /** A draw from N(0, I) of the shape of xt; needed if `eta` is above 0; none by default. */
  readonly noise?: Tensor | undefined;
}

/** How random DDIM is. */
export interface DdimOptions {
  /** From 0 (deterministic) to 1 (like DDPM); 0 by default. */
  readonly eta?: number | undefined;
}

/**
 * One step of DDIM, from any timestep to any other.
 *
 * x_to = sqrt(s) estimate + sqrt(1 - s - d^2) predictedNoise + d noise, d = eta sqrt((1 - s) / (1 - t)) sqrt(1 - t / s), with s and t
 * the alphaBars of `to` and `from`; pass only one of `estimate` and `predictedNoise`, as xt = sqrt(t) estimate +
 * sqrt(1 - t) predictedNoise
 *
 * @param options - see {@link DdimStepOptions}
 * @returns x at `to`, of the shape of xt; the caller disposes it
 * @throws TypeError, RangeError or {@link ShapeError} if an argument is wrong, including an eta above 0 on the way to more noise, and
 *   `predictedNoise` at alphaBar 0, where it does not determine the data
 * @remarks The coefficients of xt and the estimate are computed in float64; with a timestep for each example and an eta above 0, some in
 * float32. Timesteps in a tensor that are not in the table are rejected on cpu and wasm, and give NaN on a GPU; so do those that a number
 * would be refused for. With eta 0 and the table of {@link flowSchedule} it is
 * a step of Euler's method along the flow.
 * @example
 * ```ts
 * const schedule = flowSchedule({ steps: 4 });
 * const x = ddimStep({ xt: tf.tensor2d([[1]]), estimate: tf.tensor2d([[0.5]]), from: 3, to: 1, schedule });
 * console.log(await x.data()); // sqrt(0.5) (0.5 + 1) = 1.06066
 * ```
 * @see Song, Meng and Ermon 2021, equations 12 and 16, https://arxiv.org/abs/2010.02502
 */
export function ddimStep(options: DdimStepOptions): Tensor {
  const where = 'ddimStep';
  const { xt, from, to, schedule, eta, noise } = readOptions(where, options, {
    ...estimateRules,
    from: {},
    to: {},
    schedule: checkNoiseSchedule,
    ...ddimRules,
    noise: tensorRule,
  });
  if (isTensor(from) || isTensor(to)) return ddimStepForEach(where, { ...options, eta });
  const { known, ofXt, ofKnown } = readEstimate(where, options, schedule, from, 'from');
  checkTimestep(where, 'to', to, schedule, -1);
  if (eta > 0 && to > from) {
    throw outOfRange(where, 'eta', 'must be 0 on the way to more noise', { got: eta });
  }
  const { ofEstimate, ofNoised, deviation } = ddimWeights(schedule, from, to, eta);
  if (deviation > 0) checkLikeNoised(where, 'noise', noise, xt);
  return weightedSum([ofNoised + ofEstimate * ofXt, xt], [ofEstimate * ofKnown, known], [deviation, noise ?? xt]);
}

/** The coefficients of the estimate of x_0, xt and fresh noise in a step, computed in float64. */
export interface DdimWeights {
  readonly ofEstimate: number;
  readonly ofNoised: number;
  readonly deviation: number;
}

/** The coefficients of xt and the estimate in a step of DDIM without noise, which is Euler's along the flow. */
export function eulerWeights(
  schedule: NoiseSchedule,
  from: number,
  to: number,
): [ofNoised: number, ofEstimate: number] {
  const { ofNoised, ofEstimate } = ddimWeights(schedule, from, to);
  return [ofNoised, ofEstimate];
}

/** The weights of a step of DDIM. */
export function ddimWeights(schedule: NoiseSchedule, from: number, to: number, eta = 0): DdimWeights {
  const [alpha, sigma] = scalesOf(schedule, from);
  const [alphaTo, sigmaTo] = scalesOf(schedule, to);
  const share = eta === 0 ? 0 : (eta / sigma) * Math.sqrt(1 - alphaBarAt(schedule, from) / alphaBarAt(schedule, to));
  const direction = sigmaTo * Math.sqrt(Math.max(0, 1 - share ** 2));
  return {
    ofEstimate: alphaTo - (direction * alpha) / sigma,
    ofNoised: direction / sigma,
    deviation: sigmaTo * share,
  };
}

/**
 * The solver of DDIM: first order, and deterministic with eta 0.
 *
 * @param options - `eta`, see {@link ddimStep}
 * @returns a record for {@link sampleDiffusion}
 * @throws TypeError or RangeError if `eta` is not in [0, 1]
 * @example
 * ```ts
 * const solver = ddimSolver({ eta: 0.5 });
 * console.log(typeof solver.step); // function
 * ```
 */
export function ddimSolver(options: DdimOptions = {}): DiffusionSolver {
  return solverOf(readOptions('ddimSolver', options, ddimRules));
}

function solverOf({ eta }: Required<DdimOptions>): DiffusionSolver {
  return {
    step: ({ xt, estimate, from, to, schedule, noise }) => {
      const { ofEstimate, ofNoised, deviation } = ddimWeights(schedule, from, to, eta);
      return weightedSum([ofNoised, xt], [ofEstimate, estimate], [deviation, noise]);
    },
  };
}

/**
 * Samples by DDIM: few steps, and with eta 0 the same sample for the same noise. Its steps are evenly spaced in index.
 *
 * x_T ~ N(0, I), then {@link ddimStep} from each timestep to the next, and from the last to alphaBar 1
 *
 * @param denoiser - see {@link createDenoiser}
 * @param options - see {@link SampleOptions}; `eta` from 0 (deterministic) to 1 (like DDPM); 0 by default
 * @returns resolves to samples of the given shape; the caller disposes them. It rejects with `signal.reason`.
 * @throws (rejects with) TypeError, RangeError or {@link ShapeError} if an argument is wrong
 * @example
 * ```ts
 * const network = denoisingMlp({ size: 2, random });
 * const denoiser = createDenoiser(network, { schedule: cosineSchedule({ steps: 200 }), predicts: predictVelocity });
 * const samples = await sampleDdim(denoiser, { shape: [5, 2], steps: 20, random });
 * console.log(samples.shape); // [5, 2]
 * ```
 * @see Song, Meng and Ermon 2021, https://arxiv.org/abs/2010.02502
 */
export async function sampleDdim(denoiser: Denoiser, options: SampleOptions & DdimOptions): Promise<Tensor> {
  return sampleWith('sampleDdim', denoiser, options, solverOf, ddimRules);
}
