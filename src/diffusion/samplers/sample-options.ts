import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkRandom } from '../../random/check-random.js';
import type { RandomStream } from '../../random/stream.js';
import { checkFloat, checkFunction, checkInteger, checkNumber, checkShape, checkSignal } from '../../tensor/checks.js';
import { wrongKind } from '../../tensor/errors.js';
import { readOptions } from '../../tensor/options.js';
import { checkCondition } from '../../training/data/batch.js';
import { createPause } from '../../training/pause.js';
import { checkDenoiser, estimateSample, type Denoiser } from '../denoiser.js';
import { checkTimestep, type NoiseSchedule } from '../noise-schedule.js';
import { timestepsOf } from '../per-example.js';
import { trailingTimesteps } from '../timesteps.js';
import { clipped, type ClipOptions } from '../with-clip.js';
import { guided, type GuidanceOptions } from '../with-guidance.js';
import { checkKnown, type KnownRegion } from './known-region.js';
import type { DiffusionSolver } from './solver.js';

/** Noised data at which a sampler begins. */
export interface NoisedData {
  /** x_t, `[batch, ...]`: data with noise added, not the data themselves. */
  readonly x: Tensor;
  /** Its timestep, in 0 ... steps - 1. */
  readonly timestep: number;
}

/** What {@link SampleOptions.onStep} gets. */
export interface SampleProgress {
  /** Steps so far, counted from 1. */
  readonly step: number;
  /** The total number of steps. */
  readonly steps: number;
  /** The current estimate of x_0; disposed after the call, or when the promise that it returns is settled. */
  readonly estimate: Tensor;
}

/** How the denoiser is asked at each timestep, by {@link withGuidance} and then {@link withClip}, and how the sampling is watched. */
export interface WalkOptions extends GuidanceOptions, ClipOptions {
  /** Class labels, int32 `[batch]` with -1 for none; or a vector per example, float32 `[batch, d]`. */
  readonly condition?: Tensor | undefined;
  /** Stops before the next estimate; the promise rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called after each step. */
  readonly onStep?: ((progress: SampleProgress) => void | Promise<void>) | undefined;
  /** Milliseconds of work between two pauses in which the event loop runs; 16 by default. */
  readonly yieldAfter?: number | undefined;
  /** The clock, in milliseconds; `performance.now` by default. */
  readonly now?: (() => number) | undefined;
}

/** The timesteps at which the denoiser is asked: `steps` or `timesteps`, not both; all by default. */
export interface TimestepOptions {
  /** Number of timesteps; the solver spaces them. */
  readonly steps?: number | undefined;
  /** The timesteps themselves, in decreasing order. */
  readonly timesteps?: ArrayLike<number> | undefined;
}

/** Options of the samplers. */
export interface SampleOptions extends WalkOptions, TimestepOptions {
  /** The shape of the samples, `[batch, ...]`; by default that of `from.x`. */
  readonly shape?: readonly number[] | undefined;
  /** The first noise is drawn from this stream, then the noise of each step; nothing is forked. Not needed if nothing is drawn. */
  readonly random?: RandomStream | undefined;
  /** Inpainting: kept values are exact at the end. A multistep solver gets no `previous`, and makes steps of first order. */
  readonly known?: KnownRegion | undefined;
  /** Begins at noised data, from {@link addNoise} or {@link invertDdim}, instead of pure noise. */
  readonly from?: NoisedData | undefined;
}

/** What a sampler's options say: all that {@link walk} needs. */
export interface Sampling extends Walk {
  readonly where: string;
  readonly denoiser: Denoiser;
  readonly solver: DiffusionSolver;
  readonly shape: number[];
  readonly timesteps: readonly number[];
  readonly from: NoisedData | undefined;
  readonly known: KnownRegion | undefined;
  /** A draw from N(0, I) of the shape of the samples. */
  readonly noise: () => Tensor;
}

/** Reads a sampler's options, of which `more` names those that are the solver's; throws unless they fit. */
export function readSampling(
  where: string,
  denoiser: Denoiser,
  solver: DiffusionSolver,
  options: SampleOptions,
  more = '',
): Sampling {
  checkDenoiser(where, denoiser);
  readOptions(where, options, `shape steps timesteps random known from ${WALK_NAMES}${more}`);
  checkFunction(where, 'solver.step', (solver as DiffusionSolver | undefined)?.step);
  const { shape: given, random, from, known } = options;
  const { schedule } = denoiser;
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
  if (known !== undefined) checkKnown(where, known, shape);
  const noise = (): Tensor => {
    checkRandom(where, 'random', random);
    return random.normal(shape);
  };
  const timesteps = readTimesteps(where, options, schedule, solver.timesteps, from?.timestep);
  return {
    ...readWalk(where, denoiser, options, shape[0]!),
    where,
    denoiser,
    solver,
    shape,
    timesteps,
    from,
    known,
    noise,
  };
}

/** The decreasing timesteps; the first is `begin` where there is one. */
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
  // a spacing by signal-to-noise ratio may begin below: given data begin at their own timestep
  if (timesteps === undefined && begin !== undefined) planned[0] = begin;
  checkInteger(where, 'timesteps.length', planned.length);
  planned.forEach((t, k) => {
    checkInteger(where, `timesteps[${k}]`, t, 0);
    checkNumber(where, `timesteps[${k}]`, t, { least: k === 0 ? (begin ?? 0) : 0, below: planned[k - 1] ?? all });
  });
  return planned;
}

/** The names of {@link WalkOptions}. */
export const WALK_NAMES = 'condition guidance guide clip signal onStep yieldAfter now';

/** What {@link WalkOptions} say: how the denoiser is asked, and what is done after a step. */
export interface Walk {
  /** Resolves to the estimate of x_0 at one timestep for all, or at one for each example; rejects once the signal is aborted. */
  readonly denoise: (xt: Tensor, timesteps: number | Int32Array) => Promise<Tensor>;
  /** Calls `onStep` with its own copy of the estimate; rejects if that aborts the signal. */
  readonly report: (step: number, steps: number, estimate: Tensor) => Promise<void>;
}

/** Reads the options; throws unless they fit the denoiser and the number of examples. */
export function readWalk(where: string, denoiser: Denoiser, options: WalkOptions, batch: number): Walk {
  const { condition, signal, onStep, yieldAfter = 0 } = options;
  if (condition !== undefined) checkCondition(where, 'condition', condition, batch);
  checkSignal(where, signal);
  const asked = clipped(where, guided(where, denoiser, options), options);
  if (onStep !== undefined) checkFunction(where, 'onStep', onStep);
  checkNumber(where, 'yieldAfter', yieldAfter, { least: 0 });
  const pause = createPause(options);
  return {
    denoise: async (xt, at) => {
      await pause();
      return tf.tidy(() => {
        const list = typeof at === 'number' ? new Int32Array(batch).fill(at) : at;
        return estimateSample(where, asked, xt, timestepsOf(list, denoiser.schedule.steps), { condition });
      });
    },
    report: async (step, steps, estimate) => {
      if (onStep === undefined) return;
      const shown = tf.clone(estimate);
      try {
        await onStep({ step, steps, estimate: shown });
      } finally {
        shown.dispose();
      }
      if (signal?.aborted) throw signal.reason;
    },
  };
}
