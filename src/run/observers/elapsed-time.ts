import { checkFunction, checkNumber } from '../../tensor/checks.js';
import type { Rules } from '../../tensor/options.js';
import { jsonFields, type Json } from '../../training/json.js';

/** A time that runs may take. */
export interface TimeOptions {
  /** Minutes of training, over all calls of `train` and across checkpoints; above 0. */
  readonly minutes: number;
  /** The time in milliseconds, for tests; by default that of `performance.now`. */
  readonly now?: (() => number) | undefined;
}

/** The rules of {@link TimeOptions}. */
export const timeRules = {
  minutes: { is: checkNumber, above: 0 },
  now: { is: checkFunction, default: undefined },
} satisfies Rules<TimeOptions>;

/** Follows the share of the minutes that has passed in runs; pauses between them do not count. */
export function followTime(where: string, { minutes, now = () => performance.now() }: TimeOptions) {
  let share = 0;
  /** When the time was last read; undefined between two runs. */
  let last: number | undefined;
  /** Counts the time since the last call; the first call of a loop that is not a run starts the clock. */
  const tick = (): number => {
    const at = now();
    checkNumber(where, 'now()', at);
    // a clock may go back
    share = Math.min(1, share + Math.max(0, at - (last ?? at)) / (60_000 * minutes));
    last = at;
    return share;
  };
  return {
    tick,
    /** The share so far, counted up to now within a run. */
    get share() {
      return last === undefined ? share : tick();
    },
    begin: (): void => {
      last = now();
    },
    end: (): void => {
      tick();
      last = undefined;
    },
    state: (): Json => ({ share }),
    restore: (state: Json): void => {
      const saved = jsonFields(state)?.['share'];
      checkNumber(`${where}.restore`, 'state.share', saved, { least: 0, most: 1 });
      share = saved;
      if (last !== undefined) last = now();
    },
  };
}
