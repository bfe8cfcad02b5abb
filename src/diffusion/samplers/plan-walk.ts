import { checkFloat, checkFunction, checkInteger, checkNumber, checkShape } from '../../tensor/checks.js';
import { wrongKind } from '../../tensor/errors.js';
import type { Denoiser } from '../denoiser.js';
import { checkTimestep, type NoiseSchedule } from '../noise-schedule.js';
import { trailingTimesteps } from '../timesteps.js';
import { checkKnown } from './known-region.js';
import type { SampleOptions, TimestepOptions } from './sample-options.js';
import type { DiffusionSolver } from './solver.js';

/** The samples' shape and the decreasing timesteps of the walk; throws unless the options fit. */
export function planWalk(
  where: string,
  denoiser: Denoiser,
  options: SampleOptions,
  solver: DiffusionSolver,
): { shape: number[]; timesteps: readonly number[] } {
  checkFunction(where, 'solver.step', (solver as DiffusionSolver | undefined)?.step);
  const { shape: given, from, known } = options;
  const { schedule } = denoiser;
  if (from !== undefined) {
    checkFloat(where, 'from.x', from.x);
    checkTimestep(where, 'from.timestep', from.timestep, schedule);
    if (given !== undefined) checkShape(where, 'from.x', from.x, given);
  }
  const shape = from?.x.shape ?? given;
  if (!Array.isArray(shape) || shape.length < 2) {
    throw wrongKind(where, 'shape', 'must be [batch, ...]', { got: shape });
  }
  shape.forEach((size, axis) => checkInteger(where, `shape[${axis}]`, size));
  if (known !== undefined) checkKnown(where, known, shape);
  return {
    shape: [...(shape as number[])],
    timesteps: planTimesteps(where, options, schedule, solver, from?.timestep),
  };
}

/** The decreasing timesteps; the first is `begin` where there is one. */
export function planTimesteps(
  where: string,
  { steps, timesteps }: TimestepOptions,
  schedule: NoiseSchedule,
  { timesteps: spaced = trailingTimesteps }: Pick<DiffusionSolver, 'timesteps'>,
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
    checkInteger(where, `timesteps[${k}]`, t, { least: 0 });
    checkNumber(where, `timesteps[${k}]`, t, { least: k === 0 ? (begin ?? 0) : 0, below: planned[k - 1] ?? all });
  });
  return planned;
}
