import type { Variable } from '@tensorflow/tfjs-core';
import type { Part } from '../../nets/network.js';
import { classesOf, commonClasses } from '../../nets/classes-of.js';
import { checkFunction } from '../../tensor/checks.js';
import { outOfRange, shapeText, wrongKind } from '../../tensor/errors.js';
import { readOptions } from '../../tensor/options.js';
import { guarded, type GuardedOptimizer } from '../optimizers/guard.js';
import type { Optimizer } from '../optimizers/optimizer.js';
import { readOptimizer } from '../optimizers/read-optimizer.js';
import { averagePairs, checkAverage, type AverageOptions } from './average.js';
import { partOf, savedVariables, type AcceptedData } from './trainer.js';
import {
  gameRules,
  type AnyOptions,
  type GameTrainerOptions,
  type LossTrainerOptions,
  type ModelOptions,
} from './trainer-options.js';
import { startUpdate, type Updates, type UpdatesOptions } from './update-player.js';
import { startUpdates } from './updates.js';

type Parts = Readonly<Record<string, Part>>;
type Evidence = Readonly<Record<string, Variable>>;

/** A model in the form in which its trainer runs it: the options are checked and complete, and a loss is a game with one player. */
export interface Game<N extends string, K extends string, Seen>
  extends
    Pick<ModelOptions<N, K, Seen>, 'name' | 'parts' | 'random' | 'clipNorm' | 'settings' | 'watch' | 'judge'>,
    Pick<Setup<N, Seen>, 'play' | 'evaluate' | 'startUpdates'> {
  readonly players: Readonly<Record<string, Player>>;
  readonly averages: readonly Average[];
  readonly accepts: AcceptedData;
  readonly evidence: Evidence;
  readonly passingEvidence: Evidence;
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

/** The game and its players, whose optimizers have made no moments yet. */
interface Setup<N extends string, Seen> extends Pick<GameTrainerOptions<N, string, Seen>, 'play' | 'evaluate'> {
  readonly seats: readonly Seat[];
  /** Begins a step. */
  readonly startUpdates: (options: UpdatesOptions) => Updates;
}

/** A future player, with the names of its parts. */
interface Seat extends Pick<Player, 'moments'> {
  readonly player: string;
  readonly parts: readonly string[];
  readonly optimizer: Optimizer;
}

/** Reads the options of the public function `where`, by the setup for its kind; throws before anything has been made. */
export function readGame<N extends string, K extends string, Seen, Options extends ModelOptions<N, K, Seen>>(
  where: string,
  options: Options,
  setupOf: (where: string, options: Options, owners: Owners) => Setup<N, Seen>,
): Game<N, K, Seen> {
  const read = readOptions(where, options as AnyOptions, gameRules);
  const { parts, averages, evidence, accepts } = read;
  const owners = ownersOf(parts);
  const { seats, ...setup } = setupOf(where, options, owners);
  const followed = readAverages(where, averages, parts, seats, owners);
  checkNames(where, [
    ...Object.keys(parts),
    ...followed.map((average) => average.name),
    ...Object.keys(evidence),
    ...seats.map(({ moments }) => moments),
  ]);
  const players = seats.map(({ player, moments, optimizer, ...seat }): [string, Player] => {
    const part = partOf(...seat.parts.map((one) => parts[one]!));
    return [player, { part, optimizer: guarded(optimizer, part.variables, where), moments }];
  });
  const classes = commonClasses(Object.values(parts).map(classesOf));
  return {
    ...read,
    // with their own types
    watch: options.watch,
    judge: options.judge,
    players: Object.fromEntries(players),
    averages: followed,
    accepts: { ...accepts, classes },
    ...setup,
  };
}

/** A loss is a game with one player, which has all parts; its moments have the player's name. */
export function lossSetup<N extends string, Seen>(
  where: string,
  options: LossTrainerOptions<N, string, Seen>,
): Setup<N, Seen> {
  const { parts, loss, optimizer } = options;
  const player = 'optimizer';
  checkWithout(where, 'loss', options, 'optimizers');
  checkWithout(where, 'loss', options, 'evaluate');
  checkFunction(where, 'loss', loss);
  return {
    seats: [{ player, parts: Object.keys(parts), optimizer: readOptimizer(where, player, optimizer), moments: player }],
    play: (game) => game.update(player, () => loss(game)),
    evaluate: loss,
    startUpdates: startUpdate,
  };
}

/** Throws if a model of one kind has an option of the other. */
function checkWithout(where: string, argument: string, options: object, other: string): void {
  if ((options as Readonly<Record<string, unknown>>)[other] === undefined) return;
  const fix = 'A model has one loss, or a game that makes its updates itself.';
  throw wrongKind(where, argument, `must be given without \`${other}\``, { seen: 'both', fix });
}

/** A game with one player for each part that has an optimizer. */
export function gameSetup<N extends string, Seen>(
  where: string,
  options: GameTrainerOptions<N, string, Seen>,
  owners: Owners,
): Setup<N, Seen> {
  const { play, evaluate, optimizers, parts } = options;
  checkWithout(where, 'play', options, 'loss');
  checkFunction(where, 'play', play);
  checkFunction(where, 'evaluate', evaluate);
  const entries = Object.entries(optimizers ?? {});
  if (entries.length === 0) {
    const rule = 'must be a record of an optimizer for each part that is updated';
    throw wrongKind(where, 'optimizers', rule, { got: optimizers });
  }
  const seats = entries.map(([player, given], i): Seat => {
    const argument = `optimizers.${player}`;
    checkIsPart(where, argument, player, parts);
    const optimizer = readOptimizer(where, argument, given);
    const other = entries.slice(0, i).find(([, one]) => one === given);
    if (other !== undefined) {
      const fix = 'Make one for each: it keeps the moments of one list of variables.';
      throw wrongKind(where, argument, 'must be an optimizer of its own', { seen: `that of ${other[0]}`, fix });
    }
    return { player, parts: [player], optimizer, moments: `${player}Optimizer` };
  });
  checkOwners(where, owners, optimizers);
  checkWithout(where, 'play', options, 'optimizer');
  return { seats, play, evaluate, startUpdates };
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
    const fix = 'Two optimizers would pull at it: make a network for each.';
    throw outOfRange(where, `parts.${part}`, rule, { seen, fix });
  }
}

/** Averages by the names of their parts; throws if one does not follow exactly one part. */
function readAverages(
  where: string,
  averages: Readonly<Record<string, AverageOptions<Part>>>,
  parts: Parts,
  seats: readonly Seat[],
  owners: Owners,
): Average[] {
  const followed = new Map<Variable, Variable>();
  return Object.entries(averages).map(([name, average]): Average => {
    const argument = `averages.${name}`;
    checkIsPart(where, argument, name, parts);
    const from = parts[name]!;
    const seat = seats.find((one) => one.parts.includes(name));
    if (seat === undefined) {
      const rule = `must be of a part with an optimizer: ${seats.map(({ player }) => player).join(', ')}`;
      throw outOfRange(where, argument, rule, { got: name });
    }
    checkAverage(where, argument, from, average);
    for (const [value, target] of averagePairs(from, average.into)) {
      const owner = owners.get(target)?.at(-1);
      if (owner === undefined && (followed.get(target) ?? value) === value) followed.set(target, value);
      else {
        const seen = owner === undefined ? 'one of another average' : `one of ${owner}`;
        throw outOfRange(where, `${argument}.into`, 'must have variables of its own', { seen });
      }
    }
    return { ...average, name: `average${name.charAt(0).toUpperCase()}${name.slice(1)}`, from, player: seat.player };
  });
}

/** Throws if two things would have the same name in a checkpoint. */
function checkNames(where: string, names: readonly string[]): void {
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice === undefined) return;
  const rule = 'must have names that differ from those of moments, averages and evidence';
  throw outOfRange(where, 'parts', rule, { got: twice });
}

function checkIsPart(where: string, argument: string, name: string, parts: Parts): void {
  if (Object.hasOwn(parts, name)) return;
  const rule = `must have the name of a part: ${Object.keys(parts).join(', ')}`;
  throw outOfRange(where, argument, rule, { got: name });
}
