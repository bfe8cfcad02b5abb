import { checkInteger, checkNumber } from '../../tensor/checks.js';
import { wrongKind } from '../../tensor/errors.js';
import type { Rules } from '../../tensor/options.js';
import type { NoiseSchedule } from '../noise-schedule.js';
import { trailingTimesteps } from '../timesteps.js';
import type { TimestepOptions } from './sample-options.js';

/** The rules of {@link TimestepOptions}; {@link readTimesteps} compares them with the schedule. */
export const timestepRules = {
  steps: { is: checkInteger, default: undefined },
  timesteps: { is: checkList, default: undefined },
} satisfies Rules<TimestepOptions>;

function checkList(where: string, argument: string, value: ArrayLike<number>): void {
  checkInteger(where, `${argument}.length`, (value as ArrayLike<number> | null)?.length);
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
    throw wrongKind(where, 'steps', 'must be absent if `timesteps` is given', { got: steps });
  }
  if (steps !== undefined) checkNumber(where, 'steps', steps, { most: all });
  const planned = Array.from(timesteps ?? (steps === undefined ? trailingTimesteps(table, all) : spaced(table, steps)));
  // a spacing by signal-to-noise ratio may start lower, but given data start at their own timestep
  if (timesteps === undefined && begin !== undefined) planned[0] = begin;
  planned.forEach((t, k) => {
    checkInteger(where, `timesteps[${k}]`, t, { least: 0 });
    checkNumber(where, `timesteps[${k}]`, t, { least: k === 0 ? (begin ?? 0) : 0, below: planned[k - 1] ?? all });
  });
  return planned;
}
