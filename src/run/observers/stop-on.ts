import { checkFunction } from '../../tensor/checks.js';
import type { Observer, Verdict } from '../../training/observer.js';

/**
 * Ends a call of `train` after a report with a matching verdict, whether the verdict is new or not. A run continues with its next start.
 *
 * @param isReason - returns true for a verdict that ends the call
 * @returns an observer for `train`; put it last, since it sees the verdicts of the observers before it
 * @throws TypeError if the argument is not a function
 * @example
 * ```ts
 * const stop = stopOn(({ kind }) => kind === 'posterior collapse');
 * await fit(trainer, source, { epochs: 2, observers: [stop] });
 * console.log(stop.verdict); // undefined
 * ```
 */
export function stopOn(isReason: (verdict: Verdict) => boolean): Observer & {
  /** The verdict that ended the last call; undefined if none did. */
  readonly verdict: Verdict | undefined;
} {
  checkFunction('stopOn', 'isReason', isReason);
  let [verdict, isUnderWay]: [Verdict | undefined, boolean] = [undefined, false];
  const observer: ReturnType<typeof stopOn> = {
    get verdict() {
      return verdict;
    },
    get reason() {
      return isUnderWay ? verdict?.message : undefined;
    },
    begin: () => {
      [verdict, isUnderWay] = [undefined, true];
    },
    report: ({ verdicts }) => {
      verdict = verdicts.find(isReason);
    },
    end: () => {
      isUnderWay = false;
    },
  };
  return Object.freeze(observer);
}
