import type { Tensor } from '@tensorflow/tfjs-core';
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
    for (t--; t > steps - 1 - k && Math.exp(-logRatioAt(schedule, t)) > time; ) t--;
    return t;
  });
}

/**
 * Samples from a student of {@link createConsistencyTrainer} with one call of the network, or a few.
 *
 * x_T ~ N(0, I), sample = estimate(x_T, T); for each further step x_t = alpha sample + sigma noise, sample = estimate(x_t, t)
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
  const usual = options?.timesteps === undefined ? { steps: 1 } : {};
  return sampleWith('sampleConsistency', student, { ...usual, ...options }, () => consistencySolver);
}
