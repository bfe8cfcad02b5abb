import type { Tensor } from '@tensorflow/tfjs-core';
import { isTensor } from '../../tensor/checks.js';
import { outOfRange } from '../../tensor/errors.js';
import type { Denoiser } from '../denoiser.js';
import { checkNoiseSchedule, checkTimestep, logRatioAt, type NoiseSchedule } from '../noise-schedule.js';
import { logSnrTimesteps, trailingTimesteps } from '../timesteps.js';
import { weightedSum } from '../weighted-sum.js';
import { ddimWeights } from './ddim.js';
import { checkLikeNoised, readEstimate } from './read-estimate.js';
import { sampleWith } from './sample-diffusion.js';
import type { SampleOptions } from './sample-options.js';
import type { DiffusionSolver, SolverState } from './solver.js';
import { dpmSolverStepForEach } from './step-per-example.js';
import { nested, readOptions } from '../../tensor/options.js';

/** Options of {@link dpmSolverStep}. */
export interface DpmSolverStepOptions {
  /** Noised data, float32 `[batch, ...]`. */
  readonly xt: Tensor;
  /** The estimate of the data x_0 in xt, of its shape. */
  readonly estimate: Tensor;
  /** The previous step's estimate, and its timestep, or one for each example. None by default, as in the first step, which has first order. */
  readonly previous?:
    | {
        /** The estimate of the data x_0. */
        readonly estimate: Tensor;
        /** The timestep of the noised data from which it was made, or one for each example. */
        readonly timestep: number | Tensor;
      }
    | undefined;
  /** The timestep of xt, or an int32 tensor `[batch]` with one for each example. */
  readonly from: number | Tensor;
  /** The timestep to go to, or one for each example: -1 means the data, alphaBar 1. */
  readonly to: number | Tensor;
  /** The denoiser's noise schedule. */
  readonly schedule: NoiseSchedule;
}

/**
 * One step of DPM-Solver++(2M), which has second order because it uses the previous step's estimate.
 *
 * x_to = (sigma_to / sigma) xt + alpha_to (1 - exp(-h)) ( (1 + 1 / (2 r)) estimate - previous.estimate / (2 r) ),
 * lambda = log(alpha / sigma), h = lambda(to) - lambda(from), r = (lambda(from) - lambda(previous.timestep)) / h
 *
 * @param options - see {@link DpmSolverStepOptions}
 * @returns x at `to`, of the shape of xt; the caller disposes it
 * @throws TypeError, RangeError or {@link ShapeError} if an argument is wrong
 * @remarks The step has first order, and equals that of DDIM with eta 0, in these cases: without `previous`, from alphaBar 0, in the
 *   step after that, and to alphaBar 1, because h or the previous step is infinite there.
 * @example
 * ```ts
 * const schedule = flowSchedule({ steps: 4 });
 * const [xt, estimate] = [tf.tensor2d([[1]]), tf.tensor2d([[0.5]])];
 * const previous = { estimate: tf.tensor2d([[0.3]]), timestep: 2 };
 * const x = dpmSolverStep({ xt, estimate, previous, from: 1, to: 0, schedule });
 * console.log(await x.data()); // 0.826687
 * ```
 * @see Lu et al. 2022, DPM-Solver++, algorithm 2, https://arxiv.org/abs/2211.01095
 */
export function dpmSolverStep(options: DpmSolverStepOptions): Tensor {
  const where = 'dpmSolverStep';
  const { xt, previous, from, to, schedule } = readOptions(where, options, {
    xt: {},
    estimate: {},
    previous: nested,
    from: {},
    to: {},
    schedule: checkNoiseSchedule,
  });
  checkLikeNoised(where, 'xt', xt, xt);
  checkLikeNoised(where, 'estimate', options.estimate, xt);
  if (previous !== undefined) checkLikeNoised(where, 'previous.estimate', previous.estimate, xt);
  const before = previous?.timestep;
  if (isTensor(from) || isTensor(to) || isTensor(before)) return dpmSolverStepForEach(where, options);
  readEstimate(where, options, schedule, from, 'from');
  checkTimestep(where, 'to', to, schedule, -1);
  if (previous !== undefined) checkTimestep(where, 'previous.timestep', before, schedule);
  if ((before! - from) * (from - to) < 0) {
    throw outOfRange(where, 'previous.timestep', `must not lie after \`from\`, ${from}, on the way to ${to}`, {
      got: before,
    });
  }
  return step({ ...options, from, to, previous: previous && { ...previous, timestep: before! } });
}

type Step = Pick<SolverState, 'xt' | 'estimate' | 'previous' | 'from' | 'to' | 'schedule'>;

function step({ xt, estimate, previous = { estimate, timestep: -1 }, from, to, schedule }: Step): Tensor {
  const { ofEstimate, ofNoised } = ddimWeights(schedule, from, to);
  const [before, here, there] = [previous.timestep, from, to].map((t) => logRatioAt(schedule, t)) as [
    number,
    number,
    number,
  ];
  const ratio = (there - here) / (here - before);
  // infinite or NaN if an end is alphaBar 0 or 1; -0 if the previous step came from there
  const half = Number.isFinite(ratio) ? ratio / 2 : 0;
  return weightedSum([ofNoised, xt], [ofEstimate * (1 + half), estimate], [-ofEstimate * half, previous.estimate]);
}

/**
 * The solver of DPM-Solver++(2M): second order with one call of the network per step. Its steps are evenly spaced in
 * log(alpha / sigma), see {@link logSnrTimesteps}; if the table has fewer in that range, evenly spaced in index.
 *
 * @example
 * ```ts
 * console.log(dpmSolver.timesteps!(cosineSchedule({ steps: 1000 }), 4)); // 995, 897, 157, 2
 * ```
 */
export const dpmSolver: DiffusionSolver = {
  step,
  timesteps: (schedule, steps) => {
    const even = logSnrTimesteps(schedule, { steps });
    return even.length === steps ? even : trailingTimesteps(schedule, steps);
  },
};

/**
 * Samples by DPM-Solver++(2M), which needs the fewest calls of the network: 10 to 20. Its `steps` are evenly spaced in
 * log(alpha / sigma), see {@link logSnrTimesteps}, and the network is called as many times.
 *
 * x_T ~ N(0, I), then {@link dpmSolverStep} from each timestep to the next, and from the last to alphaBar 1
 *
 * @param denoiser - see {@link createDenoiser}
 * @param options - see {@link SampleOptions}
 * @returns resolves to samples of the given shape; the caller disposes them. It rejects with `signal.reason`.
 * @throws (rejects with) TypeError, RangeError or {@link ShapeError} if an argument is wrong
 * @example
 * ```ts
 * const network = denoisingMlp({ size: 2, random });
 * const denoiser = createDenoiser(network, { schedule: cosineSchedule({ steps: 200 }), predicts: predictVelocity });
 * const samples = await sampleDpmSolver(denoiser, { shape: [5, 2], steps: 10, random });
 * console.log(samples.shape); // [5, 2]
 * ```
 * @see Lu et al. 2022, https://arxiv.org/abs/2211.01095
 */
export async function sampleDpmSolver(denoiser: Denoiser, options: SampleOptions): Promise<Tensor> {
  return sampleWith('sampleDpmSolver', denoiser, options, () => dpmSolver);
}
