import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkConditionRead, classesOf } from '../../nets/classes-of.js';
import { checkRandom } from '../../random/check-random.js';
import {
  checkBoolean,
  checkFloat,
  checkFunction,
  checkInteger,
  checkNumber,
  checkResult,
  checkSameShape,
  checkShape,
  checkSignal,
} from '../../tensor/checks.js';
import { wrongKind } from '../../tensor/errors.js';
import { nested, optional, readOptions, type Rules } from '../../tensor/options.js';
import { checkCondition, checkLabels } from '../../training/data/batch.js';
import { createPause } from '../../training/pause.js';
import { checkDenoiser, estimateSample, type Denoiser } from '../denoiser.js';
import { alphaBarAt, checkTimestep, type NoiseSchedule } from '../noise-schedule.js';
import { timestepsOf } from '../per-example.js';
import { trailingTimesteps } from '../timesteps.js';
import { weightedSum } from '../weighted-sum.js';
import { clipped } from '../with-clip.js';
import { guided } from '../with-guidance.js';
import { checkSamples } from './check-samples.js';
import { checkKnown, checkKnownValues, keepKnown } from './known-region.js';
import type { SampleOptions, SampleProgress, TimestepOptions, DenoisingOptions } from './sample-options.js';
import type { DiffusionSolver, SolverState } from './solver.js';

/** The rules of {@link DenoisingOptions}; {@link readWalk} checks the rest. */
export const walkRules = {
  condition: optional,
  allowNoClass: { is: checkBoolean, default: false },
  guidance: optional,
  guide: optional,
  clip: optional,
  signal: { is: checkSignal, default: undefined },
  onStep: { is: checkFunction, default: undefined },
  yieldAfter: { is: checkNumber, default: undefined, least: 0 },
  now: { is: checkFunction, default: undefined },
} satisfies Rules<DenoisingOptions>;

const sampleRules = {
  shape: optional,
  steps: optional,
  timesteps: optional,
  random: optional,
  known: nested,
  from: nested,
} satisfies Rules<Omit<SampleOptions, keyof DenoisingOptions>>;

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
  return walk('sampleDiffusion', denoiser, solver, options);
}

/** {@link sampleDiffusion} for the public function `where`, with the additional rules of the solver's options. */
export async function walk(
  where: string,
  denoiser: Denoiser,
  solver: DiffusionSolver,
  options: SampleOptions,
  more: object = {},
): Promise<Tensor> {
  checkDenoiser(where, 'denoiser', denoiser);
  const rules = { ...sampleRules, ...walkRules, ...more };
  const read = readOptions(where, options, rules);
  const { random, known, from: begin } = read;
  checkFunction(where, 'solver.step', (solver as DiffusionSolver | undefined)?.step);
  const { schedule } = denoiser;
  const shape = readShape(where, read, schedule);
  if (known !== undefined) checkKnown(where, known, shape);
  const timesteps = readTimesteps(where, read, schedule, solver.timesteps, begin?.timestep);
  const { denoise, report } = await readWalk(where, denoiser, read, shape[0]!);
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

/** The decreasing timesteps; the first is `begin` if it is given. */
export function readTimesteps(
  where: string,
  { steps, timesteps }: TimestepOptions,
  schedule: NoiseSchedule,
  spaced = trailingTimesteps,
  begin?: number,
): number[] {
  const all = (begin ?? schedule.steps - 1) + 1;
  const table = { steps: all, alphaBar: schedule.alphaBar.subarray(0, all) };
  if (timesteps !== undefined && steps !== undefined) {
    throw wrongKind(where, 'steps', 'must be left out beside `timesteps`', { got: steps });
  }
  if (steps !== undefined) {
    checkInteger(where, 'steps', steps);
    checkNumber(where, 'steps', steps, { most: all });
  }
  const planned = Array.from(timesteps ?? (steps === undefined ? trailingTimesteps(table, all) : spaced(table, steps)));
  // a spacing by signal-to-noise ratio may start lower, but given data start at their own timestep
  if (timesteps === undefined && begin !== undefined) planned[0] = begin;
  checkInteger(where, 'timesteps.length', planned.length);
  planned.forEach((t, k) => {
    checkInteger(where, `timesteps[${k}]`, t, { least: 0 });
    checkNumber(where, `timesteps[${k}]`, t, { least: k === 0 ? (begin ?? 0) : 0, below: planned[k - 1] ?? all });
  });
  return planned;
}

/** {@link DenoisingOptions} as functions: how the denoiser is called, and what is done after a step. */
export interface Walk {
  /** Resolves to the estimate of x_0 at one timestep for all examples, or one for each; rejects once the signal is aborted. */
  readonly denoise: (xt: Tensor, timesteps: number | Int32Array) => Promise<Tensor>;
  /** Calls `onStep` with its own copies of the tensors; rejects if the signal is aborted by then. */
  readonly report: (progress: SampleProgress) => Promise<void>;
}

/** What options that follow {@link walkRules} say; throws unless they fit the denoiser and the number of examples. */
export async function readWalk(
  where: string,
  denoiser: Denoiser,
  options: DenoisingOptions,
  batch: number,
): Promise<Walk> {
  const { condition, guide, allowNoClass, signal, onStep } = options;
  if (condition !== undefined) {
    checkCondition(where, 'condition', condition, batch);
    await checkLabels(where, condition, classesOf(denoiser), allowNoClass);
  }
  const wrapped = clipped(where, guided(where, denoiser, options), options);
  checkConditionRead(where, 'condition', condition, denoiser, guide ?? denoiser);
  const afterPause = createPause(options);
  return {
    denoise: (xt, at) =>
      afterPause(() =>
        tf.tidy(() => {
          const list = typeof at === 'number' ? new Int32Array(batch).fill(at) : at;
          return estimateSample(where, wrapped, xt, timestepsOf(list, denoiser.schedule.steps), { condition });
        }),
      ),
    report: async (progress) => {
      const shown = onStep && { estimate: tf.clone(progress.estimate), xt: tf.clone(progress.xt) };
      try {
        if (shown) await onStep({ ...progress, ...shown });
      } finally {
        tf.dispose({ ...shown });
      }
      if (signal?.aborted) throw signal.reason;
    },
  };
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
