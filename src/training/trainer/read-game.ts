import type { Variable } from '@tensorflow/tfjs-core';
import type { Part } from '../../nets/network.js';
import { outOfRange, shapeText, unusable, wrongKind } from '../../tensor/errors.js';
import type { Observer } from '../observer.js';
import { checkVariables } from '../optimizers/check-variables.js';
import { guarded, type GuardedOptimizer } from '../optimizers/guard.js';
import type { Optimizer } from '../optimizers/optimizer.js';
import { readOptimizer } from '../optimizers/read-optimizer.js';
import { averagePairs, checkAverage, type AverageOptions } from './average.js';
import { partOf, savedVariables } from './trainer.js';
import type { AnyOptions, GameTrainerOptions } from './trainer-options.js';
import { startUpdate, type Updates, type UpdatesOptions } from './update-player.js';
import { startUpdates } from './updates.js';

type Parts = Readonly<Record<string, Part>>;

/** A model in the form in which its trainer runs it: the options are checked and complete, and a loss is a game with one player. */
export interface Game<N extends string> extends Pick<
  GameTrainerOptions<N>,
  'name' | 'parts' | 'random' | 'clipNorm' | 'settings' | 'play' | 'dtype' | 'prepare'
> {
  readonly players: Readonly<Record<string, Player>>;
  readonly averages: readonly Average[];
  readonly observers: readonly Observer[];
}

/** One or more parts that are updated together, as a single part, and their optimizer. */
export interface Player {
  readonly part: ReturnType<typeof partOf>;
  readonly optimizer: GuardedOptimizer;
  /** The name of the optimizer's moments and plain state in a checkpoint. */
  readonly moments: string;
}

/** A running average of a part. */
export interface Average extends AverageOptions<Part> {
  /** Its name in a checkpoint. */
  readonly name: string;
  readonly from: Part;
  /** The player whose updates it follows. */
  readonly player: string;
}

/** A player before its optimizer has made moments, with the names of its parts. */
interface PlannedPlayer extends Pick<Player, 'moments'> {
  readonly player: string;
  readonly parts: readonly string[];
  readonly optimizer: Optimizer;
}

/** What differs between the two kinds of models: an app that trains one kind needs no bytes of the other. */
export interface ModelKind {
  /** Checks the optimizers. */
  planPlayers(where: string, options: AnyOptions, owners: Owners): PlannedPlayer[];
  playOf(options: AnyOptions): Game<string>['play'];
  readonly startUpdates: (options: UpdatesOptions) => Updates;
}

/**
 * Makes a model from its options, which have the right form: those of {@link createTrainer} are checked by `readModel`. Throws before anything
 * has been made, in the name of the public function `where`.
 */
export function readGame<N extends string>(where: string, options: object, kind: ModelKind): Game<N> {
  const read = options as AnyOptions;
  const { parts, averages = {}, observers = [] } = read;
  for (const [name, part] of Object.entries<Part | undefined>(parts)) {
    // a frozen part has buffers only
    const { variables, buffers = [] } = part ?? {};
    const isFrozen = variables?.length === 0 && buffers.length > 0;
    checkVariables(where, isFrozen ? buffers : variables, `parts.${name}.variables`);
  }
  const owners = ownersOf(parts);
  const planned = kind.planPlayers(where, read, owners);
  const followed = readAverages(where, averages, parts, planned, owners);
  const trained = planned.map((one) => {
    const part = partOf(...one.parts.map((name) => parts[name]!));
    if (part.variables.length === 0) {
      const fix = 'Freeze all but what is trained.';
      throw unusable(where, 'parts', 'must have variables to train', { seen: 'frozen ones only', fix });
    }
    return part;
  });
  // the first thing that is made
  const optimizers = guarded(where, ...planned.map(({ optimizer }, i) => [optimizer, trained[i]!.variables] as const));
  const players = planned.map(({ player, moments }, i): [string, Player] => {
    return [player, { part: trained[i]!, optimizer: optimizers[i]!, moments }];
  });
  return {
    dtype: 'float32',
    ...read,
    observers,
    play: kind.playOf(read),
    players: Object.fromEntries(players),
    averages: followed,
  };
}

/** The name of the only player of a loss, and of its moments. */
export const SINGLE = 'optimizer';

/** A loss is a game with one player, which has all parts. */
export const lossKind: ModelKind = {
  planPlayers(where, options) {
    const { parts, optimizer } = options;
    const read = readOptimizer(where, SINGLE, optimizer!);
    return [{ player: SINGLE, parts: Object.keys(parts), optimizer: read, moments: SINGLE }];
  },
  playOf:
    ({ loss }) =>
    (game) =>
      game.update(SINGLE, () => loss!(game)),
  startUpdates: startUpdate,
};

/** A game with one player for each part that has an optimizer. */
export const gameKind: ModelKind = {
  planPlayers: planGame,
  playOf: ({ play }) => play!,
  startUpdates,
};

function planGame(where: string, options: AnyOptions, owners: Owners): PlannedPlayer[] {
  const optimizers = options.optimizers!;
  const entries = Object.entries(optimizers);
  const planned = entries.map(([player, given], i): PlannedPlayer => {
    const argument = `optimizers.${player}`;
    const optimizer = readOptimizer(where, argument, given);
    const other = entries.slice(0, i).find(([, one]) => one === given);
    if (other !== undefined) {
      const fix = 'Make one for each: it keeps the moments of one list of variables.';
      throw wrongKind(where, argument, 'must be an optimizer of its own', { seen: `that of ${other[0]}`, fix });
    }
    return { player, parts: [player], optimizer, moments: momentsName(player) };
  });
  checkOwners(where, owners, optimizers);
  return planned;
}

/** The names of the parts that have a variable. */
type Owners = ReadonlyMap<Variable, readonly string[]>;

function ownersOf(parts: Parts): Owners {
  const owners = new Map<Variable, string[]>();
  for (const [name, part] of Object.entries(parts)) {
    for (const variable of savedVariables(part)) owners.set(variable, [...(owners.get(variable) ?? []), name]);
  }
  return owners;
}

/** Throws if two optimizers would update the same variable. */
function checkOwners(where: string, owners: Owners, optimizers: object): void {
  for (const [{ name, shape }, parts] of owners) {
    const [other, part] = parts.filter((one) => Object.hasOwn(optimizers, one));
    if (part === undefined) continue;
    const rule = 'must share no variable with another part that is updated';
    const seen = `"${name}" of shape ${shapeText(shape)}, which ${other} has too`;
    const fix = 'Two optimizers would update it: make a network for each.';
    throw outOfRange(where, `parts.${part}`, rule, { seen, fix });
  }
}

/** Averages by the names of their parts; throws if one does not follow exactly one part. */
function readAverages(
  where: string,
  averages: Readonly<Record<string, AverageOptions<Part>>>,
  parts: Parts,
  planned: readonly PlannedPlayer[],
  owners: Owners,
): Average[] {
  const followed = new Map<Variable, Variable>();
  return Object.entries(averages).map(([name, average]): Average => {
    const argument = `averages.${name}`;
    const from = parts[name]!;
    const { player } = planned.find((one) => one.parts.includes(name))!;
    checkAverage(where, argument, from, average);
    for (const [value, target] of averagePairs(from, average.into)) {
      const other = owners.get(target)?.at(-1);
      if (other === undefined && (followed.get(target) ?? value) === value) followed.set(target, value);
      else {
        const seen = other === undefined ? 'one of another average' : `one of ${other}`;
        throw outOfRange(where, `${argument}.into`, 'must have variables of its own', { seen });
      }
    }
    return { ...average, name: averageName(name), from, player };
  });
}

/** The name of a part's average in a checkpoint. */
export function averageName(part: string): string {
  return `average${part.charAt(0).toUpperCase()}${part.slice(1)}`;
}

/** The name of a player's moments in a checkpoint, in a game. */
export function momentsName(player: string): string {
  return `${player}Optimizer`;
}
