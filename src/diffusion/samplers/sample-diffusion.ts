import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkRandom } from '../../random/check-random.js';
import { checkResult, checkSameShape } from '../../tensor/checks.js';
import { checkDenoiser, type Denoiser } from '../denoiser.js';
import { alphaBarAt } from '../noise-schedule.js';
import { weightedSum } from '../weighted-sum.js';
import { createEstimator } from './create-estimator.js';
import { checkSamples } from './check-samples.js';
import { checkKnownValues, keepKnown, REPEATS } from './known-region.js';
import { planWalk } from './plan-walk.js';
import { WALK_NAMES, type SampleOptions } from './sample-options.js';
import type { DiffusionSolver, SolverState } from './solver.js';
import { checkFields } from '../../tensor/options.js';

/**
 * Samples by any solver: the walk from noise to data that {@link sampleDdim}, {@link sampleDdpm}, {@link sampleDpmSolver} and
 * {@link sampleHeun} share. At each timestep the network estimates the data, then the solver makes the step to the next.
 *
 * @param denoiser - see {@link createDenoiser}
 * @param solver - see {@link DiffusionSolver}: one of ours, or a record of your own
 * @param options - see {@link SampleOptions}
 * @returns resolves to samples of the given shape; the caller disposes them. It rejects with `signal.reason`.
 * @throws (rejects with) TypeError, RangeError or {@link ShapeError} if an argument is wrong
 * @example
 * ```ts
 * const network = denoisingMlp({ size: 2, random });
 * const denoiser = createDenoiser(network, { schedule: cosineSchedule({ steps: 200 }), predicts: predictVelocity });
 * const samples = await sampleDiffusion(denoiser, ddimSolver({ eta: 1 }), { shape: [5, 2], steps: 20, random });
 * console.log(samples.shape); // [5, 2]
 * ```
 */
export async function sampleDiffusion(
  denoiser: Denoiser,
  solver: DiffusionSolver,
  options: SampleOptions,
): Promise<Tensor> {
  return walk('sampleDiffusion', denoiser, solver, options);
}

/** {@link sampleDiffusion}, with the caller's name in the errors, and with more names of options, ` eta`. */
export async function walk(
  where: string,
  denoiser: Denoiser,
  solver: DiffusionSolver,
  options: SampleOptions,
  more = '',
): Promise<Tensor> {
  checkDenoiser(where, denoiser);
  checkFields(where, options, `shape steps timesteps random known from ${WALK_NAMES}${more}`);
  const { shape, timesteps } = planWalk(where, denoiser, options, solver);
  const denoise = createEstimator(where, denoiser, options, shape[0]!);
  const { random, known, from: begin, signal, onStep } = options;
  const { schedule } = denoiser;
  const repeats = known === undefined ? 1 : (known.repeats ?? REPEATS);
  if (known !== undefined) await checkKnownValues(where, known);
  const noise = (): Tensor => {
    checkRandom(where, 'random', random);
    return random.normal(shape);
  };
  const withKnown = (x: Tensor, t: number): Tensor =>
    known ? replaced(x, keepKnown(known, x, t, schedule, noise)) : x;

  let x = begin === undefined ? withKnown(noise(), timesteps[0]!) : tf.clone(begin.x);
  let previous: SolverState['previous'];
  let estimate: Tensor | undefined;
  try {
    for (const [k, from] of timesteps.entries()) {
      const to = timesteps[k + 1] ?? -1;
      // the last step is made once: it gives a mean, and with each repeat means contract
      for (let repeat = 1; repeat <= (to < 0 ? 1 : repeats); repeat++) {
        // the previous step is made again, from as much noise as it began with
        if (repeat > 1) x = replaced(x, addBack(x, alphaBarAt(schedule, from) / alphaBarAt(schedule, to), noise));
        estimate?.dispose();
        estimate = await denoise(x, from);
        const next = await solver.step({ xt: x, estimate, from, to, schedule, previous, noise, denoise });
        checkResult(where, 'solver.step(...)', next);
        x = replaced(x, next);
        checkSameShape(where, 'solver.step(...)', x, 'xt', estimate);
        x = withKnown(x, to);
      }
      await tell(onStep, k + 1, timesteps.length, estimate!);
      if (signal?.aborted) throw signal.reason;
      // where a region is known, noise is added back and the region drawn anew: x leaves the trajectory of its estimates
      if (known !== undefined) continue;
      previous?.estimate.dispose();
      previous = { estimate: estimate!, timestep: from };
      estimate = undefined;
    }
    await checkSamples(where, x, denoiser);
    return x;
  } catch (error) {
    x.dispose();
    throw error;
  } finally {
    tf.dispose([estimate, previous?.estimate]);
  }
}

/** Disposes a tensor, and returns the one that replaces it. */
export function replaced(before: Tensor, after: Tensor): Tensor {
  before.dispose();
  return after;
}

/** Noised data with more noise, so that `ratio` of their variance is left. */
function addBack(x: Tensor, ratio: number, noise: () => Tensor): Tensor {
  return tf.tidy(() => weightedSum([Math.sqrt(ratio), x], [Math.sqrt(1 - ratio), noise()]));
}

/** Calls `onStep` with its own copy of the estimate. */
export async function tell(
  onStep: SampleOptions['onStep'],
  step: number,
  steps: number,
  estimate: Tensor,
): Promise<void> {
  if (onStep === undefined) return;
  const shown = tf.clone(estimate);
  try {
    await onStep({ step, steps, estimate: shown });
  } finally {
    shown.dispose();
  }
}
