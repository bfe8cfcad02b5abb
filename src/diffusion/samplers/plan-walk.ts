import { checkFloat, checkFunction, checkInteger, checkMinimumRank, checkShape } from '../../tensor/checks.js';
import { outOfRange, wrongKind } from '../../tensor/errors.js';
import { checkDenoiser, type Denoiser } from '../denoiser.js';
import { checkTimestep, type NoiseSchedule } from '../noise-schedule.js';
import { trailingTimesteps } from '../timesteps.js';
import { checkKnown } from './known-region.js';
import type { SampleOptions, TimestepOptions } from './sample-options.js';
import type { DiffusionSolver } from './solver.js';

/** Throws unless the options fit; gives the samples' shape and the falling timesteps of the walk. */
export function planWalk(
  where: string,
  denoiser: Denoiser,
  options: SampleOptions,
  solver: DiffusionSolver,
): { shape: number[]; timesteps: readonly number[] } {
  checkDenoiser(where, denoiser);
  checkFunction(where, 'solver.step', (solver as DiffusionSolver | undefined)?.step);
  const { shape: given, from, known } = options;
  const { schedule } = denoiser;
  if (from !== undefined) {
    checkFloat(where, 'from.x', from.x);
    checkMinimumRank(where, 'from.x', from.x, 2);
    checkTimestep(where, 'from.timestep', from.timestep, schedule);
    if (given !== undefined) checkShape(where, 'from.x', from.x, given);
  }
  const shape = from?.x.shape ?? given;
  if (!Array.isArray(shape) || shape.length < 2) {
    throw wrongKind({ where, argument: 'shape', rule: 'must be [batch, ...]', got: shape });
  }
  shape.forEach((size, axis) => checkInteger(where, `shape[${axis}]`, size));
  if (known !== undefined) checkKnown(where, known, shape);
  return {
    shape: [...(shape as number[])],
    timesteps: planTimesteps(where, options, schedule, solver, from?.timestep),
  };
}

/** The falling timesteps, the first of them `first` if there is one. */
export function planTimesteps(
  where: string,
  { steps, timesteps }: TimestepOptions,
  schedule: NoiseSchedule,
  { timesteps: spaced = trailingTimesteps }: Pick<DiffusionSolver, 'timesteps'>,
  first?: number,
): number[] {
  if (timesteps === undefined) {
    const all = (first ?? schedule.steps - 1) + 1;
    if (steps === undefined) return Array.from({ length: all }, (_, k) => all - 1 - k);
    checkInteger(where, 'steps', steps);
    if (steps > all)
      throw outOfRange({
        where,
        argument: 'steps',
        rule: `must be at most ${all}, the timesteps there are`,
        got: steps,
      });
    const planned = [...spaced({ steps: all, alphaBar: schedule.alphaBar.subarray(0, all) }, steps)];
    // spacings by signal-to-noise ratio may begin below; data that are given begin where they are
    if (first !== undefined) planned[0] = first;
    return planned;
  }
  if (steps !== undefined)
    throw wrongKind({ where, argument: 'steps', rule: 'or `timesteps` must be given, not both', got: 'both' });
  const planned = Array.from(timesteps);
  if (planned.length === 0)
    throw wrongKind({ where, argument: 'timesteps', rule: 'must hold a timestep', got: 'none' });
  planned.forEach((t, k) => {
    checkTimestep(where, `timesteps[${k}]`, t, schedule);
    const before = planned[k - 1] ?? Infinity;
    if (t >= before)
      throw outOfRange({ where, argument: `timesteps[${k}]`, rule: `must be below ${before}: they fall`, got: t });
  });
  if (first !== undefined && planned[0] !== first) {
    throw outOfRange({ where, argument: 'timesteps[0]', rule: `must be from.timestep, ${first}`, got: planned[0] });
  }
  return planned;
}
