import { checkInteger } from '../tensor/plain-checks.js';
import { checkPlayers } from '../training/trainer/check-players.js';
import { readOptions } from '../tensor/options.js';

/** Options of {@link Run.start}. */
export interface StartOptions {
  /** The largest number of updates in this start, at least 1; by default it trains to the end of the run. */
  readonly steps?: number | undefined;
  /** The players of a game that the updates of this start are for, such as `['discriminator']`; by default the game decides. */
  readonly players?: readonly string[] | undefined;
}

/** The error with which {@link Run.start} rejects wrong options; undefined if they are right. `of` are the trainer's players, if known. */
export function refusalOf(options: StartOptions, of?: readonly string[]): Error | undefined {
  try {
    readOptions('run.start', options, {
      steps: { is: checkInteger, default: undefined },
      players: { is: checkPlayers, default: undefined, ...(of && { of }) },
    });
    return undefined;
  } catch (error) {
    return error as Error;
  }
}
