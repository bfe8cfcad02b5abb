import { checkInteger, checkNumber } from '../tensor/checks.js';
import { readOptions } from '../tensor/options.js';

/** How far a run has come, and how fast. */
export interface Pace {
  /** The part that is done, in [0, 1]. */
  readonly share: number;
  /** Updates per second; absent until two moments are known. */
  readonly rate?: number | undefined;
  /** Seconds until the end at this rate. */
  readonly secondsLeft?: number | undefined;
}

/** Moments that a rate is taken over. */
const WINDOW = 32;

/**
 * Makes a function that tells how fast a run goes, from its counts: those of a snapshot or a report.
 *
 * rate = (step - first step) / (seconds - first seconds), over the last 32 moments, so that a slow first update is soon forgotten
 *
 * @param options - `total`: updates in all, at least 1
 * @returns a function of updates and seconds so far, to be called in order
 * @throws RangeError if a number is out of range
 * @example
 * ```ts
 * const pace = createPace({ total: 100 });
 * pace(10, 2); // the first update may take long
 * const { share, rate, secondsLeft } = pace(30, 4);
 * console.log(share, rate, secondsLeft); // 0.3 10 7
 * ```
 */
export function createPace(options: { readonly total: number }): (step: number, seconds: number) => Pace {
  const { total } = readOptions('createPace', options, { total: checkInteger });
  let moments: { readonly step: number; readonly seconds: number }[] = [];
  return (step, seconds) => {
    checkNumber('pace', 'step', step, { least: 0 });
    checkNumber('pace', 'seconds', seconds, { least: 0 });
    // a snapshot may change without an update
    if (step > (moments.at(-1)?.step ?? 0)) moments = [...moments, { step, seconds }].slice(-WINDOW);
    const [first, last] = [moments[0], moments.at(-1)];
    const share = Math.min(1, step / total);
    if (first === undefined || last === undefined || last.seconds <= first.seconds) return { share };
    const rate = (last.step - first.step) / (last.seconds - first.seconds);
    return { share, rate, secondsLeft: Math.max(0, total - step) / rate };
  };
}
