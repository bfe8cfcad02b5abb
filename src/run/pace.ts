import { checkInteger, checkNumber } from '../tensor/checks.js';
import { readOptions } from '../tensor/options.js';

/** The progress and the speed of a run. */
export interface Pace {
  /** The fraction of updates that are done, in [0, 1]. */
  readonly share: number;
  /** Updates per second; absent until there are two measurements. */
  readonly rate?: number | undefined;
  /** Seconds left at this rate. */
  readonly secondsLeft?: number | undefined;
}

/** Number of measurements in a rate. */
const WINDOW = 32;

/**
 * Makes a function that computes how fast a run is, from the counts in a snapshot or a report.
 *
 * rate = (step - step_0) / (seconds - seconds_0), where step_0 and seconds_0 are from the oldest of the last 32 measurements, so that a slow
 * first update has no lasting effect
 *
 * @param options - `total`: total number of updates, at least 1
 * @returns a function of the updates and seconds so far, to be called in order
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
