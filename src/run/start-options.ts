import { checkInteger } from '../tensor/plain-checks.js';
import { checkPlayers } from '../training/trainer/check-players.js';
import { readOptions } from '../tensor/options.js';

/** Options of {@link Run.start}. */
export interface StartOptions {
  /** The largest number of updates in this start, at least 1; by default the run goes on to its end. */
  readonly steps?: number | undefined;
  /** The players of a game that this start updates, such as `['discriminator']`; by default the game decides. */
  readonly players?: readonly string[] | undefined;
}

/** The error with which {@link Run.start} rejects wrong options; undefined if they are right. `all` are the trainer's players, if known. */
export function startError(options: StartOptions, all?: readonly string[]): Error | undefined {
  try {
    readOptions('run.start', options, {
      steps: { is: checkInteger, default: undefined },
      players: { is: checkPlayers, default: undefined, ...(all && { of: all }) },
    });
    return undefined;
  } catch (error) {
    return error as Error;
  }
}
