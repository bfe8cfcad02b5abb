import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkRandom } from '../../random/check-random.js';
import {
  checkFloat,
  checkFunction,
  checkInteger,
  checkResult,
  checkSameShape,
  checkShape,
} from '../../tensor/checks.js';
import { wrongKind } from '../../tensor/errors.js';
import { nested, optional, readOptions, type Rules } from '../../tensor/options.js';
import { checkDenoiser, type Denoiser } from '../denoiser.js';
import { alphaBarAt, checkTimestep, type NoiseSchedule } from '../noise-schedule.js';
import { weightedSum } from '../weighted-sum.js';
import { checkSamples } from './check-samples.js';
import { denoisingRules, readDenoising } from './denoising.js';
import { checkKnown, checkKnownValues, keepKnown } from './known-region.js';
import { readTimesteps, timestepRules } from './read-timesteps.js';
import type { SampleOptions } from './sample-options.js';
import type { DiffusionSolver, SolverState } from './solver.js';

// a spread outside of functions would keep these rules in every bundle
const sampleRules = () =>
  ({
    shape: optional,
    ...timestepRules,
    random: optional,
    known: nested,
    from: nested,
    ...denoisingRules,
  }) satisfies Rules<SampleOptions>;

/** How many times a step is made by default if a region is known. */
const REPEATS = 5;

/**
 * Samples with any solver: the loop from noise to data that {@link sampleDdim}, {@link sampleDdpm}, {@link sampleDpmSolver} and
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
  const where = 'sampleDiffusion';
  return sampleWith(where, denoiser, options, () => {
    checkFunction(where, 'solver.step', (solver as DiffusionSolver | undefined)?.step);
    return solver;
  });
}

/**
 * {@link sampleDiffusion} for the public function `where`, whose options follow `ownRules`, too, and whose solver is made from the options
 * that were read.
 */
export async function sampleWith<Own>(
  where: string,
  denoiser: Denoiser,
  options: SampleOptions,
  solverOf: (read: Own) => DiffusionSolver,
  ownRules: object = {},
): Promise<Tensor> {
  checkDenoiser(where, 'denoiser', denoiser);
  const read = readOptions(where, options, Object.assign(sampleRules(), ownRules));
  const { random, known, from: begin } = read;
  const solver = solverOf(read as Own);
  const { schedule } = denoiser;
  const shape = readShape(where, read, schedule);
  if (known !== undefined) checkKnown(where, known, shape);
  const timesteps = readTimesteps(where, read, schedule, solver.timesteps, begin?.timestep);
  const { denoise, report } = await readDenoising(where, denoiser, read, shape[0]!);
  if (known !== undefined) await checkKnownValues(where, known);
  const repeats = known === undefined ? 1 : (known.repeats ?? REPEATS);
  const noise = (): Tensor => {
    checkRandom(where, 'random', random);
    return random.normal(shape);
  };
  const withKnown = (x: Tensor, t: number): Tensor =>
    known ? replaced(x, keepKnown(known, x, t, schedule, noise)) : x;

  /** What the step under way started from. */
  let xt: Tensor | undefined;
  let x = begin === undefined ? withKnown(noise(), timesteps[0]!) : tf.clone(begin.x);
  let previous: SolverState['previous'];
  let estimate: Tensor | undefined;
  try {
    for (const [k, from] of timesteps.entries()) {
      const to = timesteps[k + 1] ?? -1;
      // the last step is made once: it returns a mean, and repeated means would contract
      for (let repeat = 1; repeat <= (to < 0 ? 1 : repeats); repeat++) {
        // the previous step is repeated, from as much noise as it started with
        if (repeat > 1) x = replaced(x, addBack(x, alphaBarAt(schedule, from) / alphaBarAt(schedule, to), noise));
        estimate?.dispose();
        estimate = await denoise(x, from);
        const made = await solver.step({ xt: x, estimate, from, to, schedule, previous, noise, denoise });
        checkResult(where, 'solver.step(...)', made);
        // what the step started from is disposed
        const next = made === x || made === estimate ? tf.clone(made) : made;
        xt?.dispose();
        [xt, x] = [x, next];
        checkSameShape(where, 'solver.step(...)', x, 'xt', estimate);
        x = withKnown(x, to);
      }
      await report({ step: k + 1, steps: timesteps.length, estimate: estimate!, xt: xt!, timestep: from });
      xt!.dispose();
      xt = undefined;
      // with a known region, noise is added back and the region is redrawn: x leaves the trajectory of its estimates
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
    tf.dispose([estimate, xt, previous?.estimate]);
  }
}

/** The samples' shape. */
function readShape(where: string, { shape: given, from }: SampleOptions, schedule: NoiseSchedule): number[] {
  if (from !== undefined) {
    checkFloat(where, 'from.x', from.x);
    checkTimestep(where, 'from.timestep', from.timestep, schedule);
    if (given !== undefined) checkShape(where, 'from.x', from.x, given);
  }
  const shape = (from?.x.shape ?? given) as number[] | undefined;
  if (!Array.isArray(shape) || shape.length < 2) {
    throw wrongKind(where, 'shape', 'must be [batch, ...]', { got: shape });
  }
  shape.forEach((size, axis) => checkInteger(where, `shape[${axis}]`, size));
  return [...shape];
}

/** Disposes a tensor, and returns the one that replaces it. */
export function replaced(before: Tensor, after: Tensor): Tensor {
  before.dispose();
  return after;
}

/** Adds noise to noised data, so that the share `ratio` of their variance is left. */
function addBack(x: Tensor, ratio: number, noise: () => Tensor): Tensor {
  return weightedSum([Math.sqrt(ratio), x], [Math.sqrt(1 - ratio), noise]);
}
