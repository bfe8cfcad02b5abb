import { checkInteger } from '../tensor/plain-checks.js';
import { readOptions } from '../tensor/options.js';

/** Options of {@link Run.start}. */
export interface StartOptions {
  /** The largest number of updates in this start, at least 1; by default it trains to the end of the run. */
  readonly steps?: number | undefined;
}

/** The error with which {@link Run.start} rejects wrong options; undefined if they are right. */
export function refusalOf(options: StartOptions): Error | undefined {
  try {
    readOptions('run.start', options, { steps: { is: checkInteger, default: undefined } });
    return undefined;
  } catch (error) {
    return error as Error;
  }
}
