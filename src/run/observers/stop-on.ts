import { checkFunction } from '../../tensor/checks.js';
import type { Observer, Verdict } from '../../training/observer.js';

/**
 * Ends a call of `train` after a report in which some verdict holds, whether it is new or not.
 *
 * @param isReason - returns true for a verdict that ends the run
 * @returns an observer for {@link train}; put it last, since it sees the verdicts of the observers before it. `reason` says why it ended
 *   a run
 * @throws TypeError if the argument is not a function
 * @example
 * ```ts
 * const stop = stopOn(({ kind }) => kind === 'posterior collapse');
 * await fit(trainer, source, { epochs: 2, observers: [stop] });
 * console.log(stop.reason); // undefined
 * ```
 */
export function stopOn(isReason: (verdict: Verdict) => boolean): Observer {
  checkFunction('stopOn', 'isReason', isReason);
  let reason: string | undefined;
  return Object.freeze({
    get reason() {
      return reason;
    },
    begin: () => {
      reason = undefined;
    },
    report: ({ verdicts }) => {
      reason = verdicts.find(isReason)?.message;
    },
  } satisfies Observer);
}
