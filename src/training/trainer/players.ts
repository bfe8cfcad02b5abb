import { guarded, type GuardedOptimizer } from '../optimizers/guard.js';
import { readOptimizer } from '../optimizers/read-optimizer.js';
import { partOf } from './part-of.js';
import {
  isGame,
  momentsName,
  ONLY_PLAYER,
  type GameTrainerOptions,
  type LossTrainerOptions,
} from './trainer-options.js';

/** A part with the optimizer that moves it. */
export interface Player {
  readonly part: ReturnType<typeof partOf>;
  readonly optimizer: GuardedOptimizer;
  /** The name of the optimizer's moments and plain state in a checkpoint. */
  readonly moments: string;
}

/** One player for all parts of a model with one loss; one for each part of a game that has an optimizer. */
export function createPlayers(
  options: LossTrainerOptions<string> | GameTrainerOptions<string>,
): Readonly<Record<string, Player>> {
  const { parts } = options;
  if (!isGame(options)) {
    const part = partOf(...Object.values(parts));
    const optimizer = guarded(readOptimizer('createTrainer', 'optimizer', options.optimizer), part.variables);
    return { [ONLY_PLAYER]: { part, optimizer, moments: momentsName(ONLY_PLAYER) } };
  }
  const players = Object.entries(options.optimizers).map(([name, optimizer]): [string, Player] => {
    const part = partOf(parts[name]!);
    return [
      name,
      {
        part,
        optimizer: guarded(readOptimizer('createTrainer', 'optimizer', optimizer), part.variables),
        moments: momentsName(name),
      },
    ];
  });
  return Object.fromEntries(players);
}
