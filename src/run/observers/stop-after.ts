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
 * const stop = stopAfter({ minutes: 10 });
 * await fit(trainer, source, { epochs: 2, observers: [stop] }); // or as many epochs as ten minutes allow
 * console.log(stop.reason); // undefined
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
