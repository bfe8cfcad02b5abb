import { readOptions } from '../../tensor/options.js';
import type { Observer } from '../../training/observer.js';
import { followTime, timeRules, type TimeOptions } from './elapsed-time.js';

/**
 * Ends a run after a number of minutes, when the update under way is done.
 *
 * @param options - see {@link TimeOptions}
 * @returns an observer for `train`, whose options also need `epochs` or `steps`, as a limit; `reason` says why it ended a run
 * @throws TypeError or RangeError if an option is wrong
 * @remarks Everything within a run counts, such as validation and the body of your loop over reports; time between two calls of `train` does
 *   not. The share of the minutes is saved with `{ observers }`, so earlier sessions count, and a run that has ended stays ended.
 * @example
 * ```ts
 * let milliseconds = 0;
 * const stop = stopAfter({ minutes: 10, now: () => (milliseconds += 60_000) }); // without `now`, the time of the computer
 * const { epoch } = await fit(trainer, source, { epochs: 1000, observers: [stop] });
 * console.log(epoch.length < 1000, stop.reason); // true, 'The 10 minutes of training are over.'
 * ```
 */
export function stopAfter(options: TimeOptions): Observer {
  const where = 'stopAfter';
  const read = readOptions(where, options, timeRules);
  const { minutes } = read;
  const time = followTime(where, read);
  const { begin, end, state, restore } = time;
  return Object.freeze({
    begin,
    end,
    get reason() {
      return time.share < 1 ? undefined : `The ${minutes} minutes of training are over.`;
    },
    state,
    restore,
    settings: { name: where, minutes },
  });
}
