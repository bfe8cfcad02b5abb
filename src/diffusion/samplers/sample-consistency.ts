import type { Tensor } from '@tensorflow/tfjs-core';
import { wrongKind } from '../../tensor/errors.js';
import { checkBoundary } from '../check-boundary.js';
import type { Denoiser } from '../denoiser.js';
import { scalesOf } from '../noise-schedule.js';
import { weightedSum } from '../weighted-sum.js';
import { sampleWith } from './sample-diffusion.js';
import type { SampleOptions } from './sample-options.js';
import type { DiffusionSolver } from './solver.js';

/**
 * The solver of consistency models: the estimate itself is a sample; each further step adds new noise to it, and estimates again. Its
 * steps are evenly spaced in the angle arctan(sigma / alpha), but the first is at sigma / alpha = 80.
 *
 * x_to = alpha_to estimate + sigma_to noise
 *
 * @example
 * ```ts
 * console.log(consistencySolver.timesteps!(cosineSchedule({ steps: 1000 }), 4)); // 990, 747, 495, 243
 * ```
 * @see Song et al. 2023, algorithm 1, https://arxiv.org/abs/2303.01469
 */
export const consistencySolver: DiffusionSolver = {
  step: ({ estimate, to, schedule, noise }) => {
    const [alpha, sigma] = scalesOf(schedule, to);
    return weightedSum([alpha, estimate], [sigma, noise]);
  },
  timesteps: ({ steps: t, alphaBar }, steps) =>
    Int32Array.from({ length: steps }, (_, k) => {
      // alphaBar is the square of the cosine of the angle; at sigma / alpha = 80 it is 1 / (1 + 80^2). More noise would make no difference
      const least = k ? 0.5 - Math.cos((Math.PI * k) / steps) / 2 : 1 / 6401;
      // downwards to the first entry that has at most as much noise; each step needs one of its own
      do t--;
      while (t + k >= steps && alphaBar[t]! < least);
      return t;
    }),
};

/**
 * Samples from a student of {@link createConsistencyTrainer} with one call of the network, or a few.
 *
 * x_T ~ N(0, I), sample = estimate(x_T, T); for each further step x_t = alpha sample + sigma noise, sample = estimate(x_t, t)
 *
 * @param student - see {@link createDenoiser}
 * @param options - see {@link SampleOptions}; `steps` is 1 by default
 * @returns resolves to samples of the given shape; the caller disposes them. It rejects with `signal.reason`.
 * @throws (rejects with) TypeError, RangeError or {@link ShapeError} if an argument is wrong, also for a
 *   denoiser that predicts neither velocity nor flow, or a student of {@link shortcut}, which {@link sampleShortcut} samples
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
  const got = (student as Denoiser | undefined)?.stepSizes;
  if (got) throw wrongKind(where, 'student.stepSizes', 'needs sampleShortcut', { got });
  const steps = options?.steps === undefined && !options?.timesteps ? 1 : options?.steps;
  return sampleWith(where, student, { ...options, steps }, () => {
    checkBoundary(where, student);
    return consistencySolver;
  });
}
