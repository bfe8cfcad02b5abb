import { checkInteger, checkNumber } from '../../tensor/checks.js';
import { readOptions } from '../../tensor/options.js';
import type { Json } from '../../training/json.js';
import type { Observer } from '../../training/observer.js';
import type { Schedule } from '../../training/optimizers/schedules.js';
import { followTime, timeRules, type TimeOptions } from './elapsed-time.js';
import { observingSchedule } from './observing-schedule.js';

/** Options of {@link decayOverTime}. */
export interface TimeDecayOptions extends TimeOptions {
  /** The value before the decay. */
  readonly from: number;
  /** The value after the decay; 0 by default. */
  readonly to?: number | undefined;
  /** Number of updates in which the value rises from 0, in equal steps; by default it does not. */
  readonly warmUp?: number | undefined;
}

/** A {@link Schedule} that follows the time of training. */
export interface TimeDecay extends Schedule, Observer {
  /** Its state. */
  state(): Json;
  /** Restores such a state; throws before anything has changed. */
  restore(state: Json): void;
}

/**
 * Half a cosine over the minutes of a training, then flat: a learning rate for a run whose time is known, but not its number of updates.
 *
 * value = ( to + (from - to) (1 + cos(pi t)) / 2 ) min(1, (step + 1) / warmUp), where t is the share of the minutes that has passed
 *
 * @param options - see {@link TimeDecayOptions}
 * @returns a schedule for `createAdam`, which observes each run of the trainer that uses it; use {@link stopAfter} to end the run
 * @throws TypeError or RangeError if an option is wrong
 * @remarks The share of the minutes is saved with the optimizer, and continues when a run is resumed; time between two calls of `train` does
 *   not count. In your own loop over `trainer.step`, the time from the first update on counts. As the schedule of something other than an
 *   optimizer, such as `beta`, it must be among the observers of the run. Two runs take different numbers of updates, so that their weights
 *   differ; use `cosineDecay` where a run must be repeated exactly.
 * @example
 * ```ts
 * let milliseconds = 0;
 * const rate = decayOverTime({ minutes: 10, from: 0.01, now: () => milliseconds }); // without `now`, the time of the computer
 * console.log(rate(0)); // 0.01
 * milliseconds = 5 * 60_000;
 * console.log(rate(1)); // 0.005
 * ```
 * @see Loshchilov and Hutter 2017, SGDR, equation 5, https://arxiv.org/abs/1608.03983
 */
export function decayOverTime(options: TimeDecayOptions): TimeDecay {
  const where = 'decayOverTime';
  const { now, ...read } = readOptions(where, options, {
    ...timeRules,
    from: checkNumber,
    to: { is: checkNumber, default: 0 },
    warmUp: { is: checkInteger, default: undefined },
  });
  const { minutes, from, to, warmUp = 1 } = read;
  const { tick, begin, end, state, restore } = followTime(where, { minutes, now });
  const value: Schedule = (step) => {
    const decayed = to + ((from - to) * (1 + Math.cos(Math.PI * tick()))) / 2;
    return decayed * Math.min(1, (step + 1) / warmUp);
  };
  // a checkpoint that is saved at the end of the epoch has its time
  const epoch = (): void => void tick();
  return observingSchedule(where, read, value, { begin, end, epoch, state, restore });
}
