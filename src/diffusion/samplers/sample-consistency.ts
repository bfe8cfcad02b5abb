import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { outOfRange } from '../../tensor/errors.js';
import type { Denoiser } from '../denoiser.js';
import { logRatioAt, scalesOf, type NoiseSchedule } from '../noise-schedule.js';
import { weightedSum } from '../weighted-sum.js';
import { sampleWith } from './sample-diffusion.js';
import type { SampleOptions } from './sample-options.js';
import type { DiffusionSolver } from './solver.js';

/** sigma / alpha at the first call. More noise would make no difference to samples, and few examples of it are trained. */
const LARGEST = 80;

/**
 * The solver of consistency models: the estimate itself is a sample; each further step adds new noise to it, and estimates again. Its
 * steps are evenly spaced in the angle arctan(sigma / alpha), but the first is at sigma / alpha = 80.
 *
 * x_to = alpha_to estimate + sigma_to noise
 *
 * @example
 * ```ts
 * console.log(consistencySolver.timesteps!(cosineSchedule({ steps: 1000 }), 4)); // 991, 746, 495, 243
 * ```
 * @see Song et al. 2023, algorithm 1, https://arxiv.org/abs/2303.01469
 */
export const consistencySolver: DiffusionSolver = {
  step: ({ estimate, to, schedule, noise }) => {
    const [alpha, sigma] = scalesOf(schedule, to);
    return weightedSum([alpha, estimate], [sigma, noise]);
  },
  timesteps: spaced,
};

function spaced(schedule: NoiseSchedule, steps: number): Int32Array {
  let t = schedule.steps;
  return Int32Array.from({ length: steps }, (_, k) => {
    const time = k === 0 ? LARGEST : Math.tan(((Math.PI / 2) * (steps - k)) / steps);
    // downwards to the first entry that has at most as much noise; each step needs one of its own
    for (t--; t > steps - 1 - k && Math.exp(-logRatioAt(schedule, t)) > time;) t--;
    return t;
  });
}

/**
 * Samples from a student of {@link createConsistencyTrainer} with one call of the network, or a few.
 *
 * x_T ~ N(0, I), sample = estimate(x_T, T); for each further step x_t = alpha sample + sigma noise, sample = estimate(x_t, t)
 *
 * A student whose network reads step sizes, for {@link shortcut}, goes on by {@link ddimStep} instead, in 1, 2, 4, ... evenly spaced steps.
 *
 * @param student - see {@link createDenoiser}
 * @param options - see {@link SampleOptions}; `steps` is 1 by default
 * @returns resolves to samples of the given shape; the caller disposes them. It rejects with `signal.reason`.
 * @throws (rejects with) TypeError, RangeError or {@link ShapeError} if an argument is wrong
 * @example
 * ```ts
 * const network = denoisingMlp({ size: 2, random });
 * const student = createDenoiser(network, { schedule: cosineSchedule({ steps: 200 }), predicts: predictVelocity });
 * const samples = await sampleConsistency(student, { shape: [5, 2], steps: 2, random });
 * console.log(samples.shape); // [5, 2]
 * ```
 * @see Song et al. 2023, algorithm 1, https://arxiv.org/abs/2303.01469
 */
export async function sampleConsistency(student: Denoiser, options: SampleOptions): Promise<Tensor> {
  const where = 'sampleConsistency';
  const given: SampleOptions = options?.timesteps === undefined ? { steps: 1, ...options } : options;
  const { stepSizes } = (student ?? {}) as Partial<Denoiser>;
  if (stepSizes === undefined) return sampleWith(where, student, given, () => consistencySolver);
  return sampleWith(where, inSteps(where, student, stepSizes, given.steps), given, () => shortcutSolver);
}

/** A student of {@link shortcut} that is told the size of each step. */
function inSteps(where: string, student: Denoiser, stepSizes: number, steps: number | undefined): Denoiser {
  const size = Math.log2(steps ?? 1);
  if (!Number.isInteger(size) || size < 0 || size > stepSizes) {
    throw outOfRange(where, 'steps', `must be a power of 2 up to ${2 ** stepSizes}`, { got: steps });
  }
  return {
    ...student,
    predict: (xt, timesteps, options) =>
      student.predict(xt, timesteps, {
        ...options,
        // half of the smallest size is the plain denoiser
        ...(size < stepSizes && { stepSize: tf.fill([xt.shape[0]], size, 'int32') }),
      }),
  };
}

/** DDIM's step, without its options. */
const shortcutSolver: DiffusionSolver = {
  step: ({ xt, estimate, from, to, schedule }) => {
    const [[alpha, sigma], [alphaTo, sigmaTo]] = [scalesOf(schedule, from), scalesOf(schedule, to)];
    return weightedSum([sigmaTo / sigma, xt], [alphaTo - (sigmaTo * alpha) / sigma, estimate]);
  },
};
