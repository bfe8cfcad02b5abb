import type * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import type { Part } from '../../nets/network.js';
import { checkRandom } from '../../random/check-random.js';
import type { RandomStream } from '../../random/index.js';
import { checkFunction, checkNumber, checkTensor } from '../../tensor/checks.js';
import { outOfRange, shapeText, wrongKind } from '../../tensor/errors.js';
import { checkOptimizer } from '../optimizers/check-optimizer.js';
import { checkVariables } from '../optimizers/check-variables.js';
import type { Optimizer } from '../optimizers/optimizer.js';
import { averagePairs, checkAverage, type AverageOptions } from './average.js';
import type { GameStep, StepInput, WithLoss } from './step-input.js';
import { checkAccepts, savedVariables, type Accepts, type Verdict } from './trainer.js';
import { checkFields } from '../../tensor/options.js';

/** What {@link createTrainer} needs of any model. */
export interface ModelOptions<N extends string, K extends string = string> {
  /**
   * What is trained: "autoencoder". A checkpoint of a trainer of another name is refused, and the trainer draws from the fork
   * `NAME trainer` of `random`.
   */
  readonly name: string;
  /** All that is saved with the model, under the names that its variables have in a checkpoint: `encoder.0`. */
  readonly parts: Readonly<Record<string, Part>>;
  /** Draws all noise of the model, by the fork `NAME trainer`. */
  readonly random: RandomStream;
  /** Running averages of parts, by the part's name. They follow after each update of their part. */
  readonly averages?: Readonly<Record<string, AverageOptions<Part>>> | undefined;
  /** Gradients of each update are scaled down to this global norm, above 0; by default they are not. */
  readonly clipNorm?: number | undefined;
  /** The data that it is meant for: their range, or that they are of unit scale. The classes of labels are known from the parts. */
  readonly accepts?: Omit<Accepts, 'classes'> | undefined;
  /**
   * What the model notes on the device for `judge`, by name. The trainer saves it, puts it back when a step throws, puts back numbers
   * that are no longer finite, and frees it, also when {@link createTrainer} throws.
   */
  readonly evidence?: Readonly<Record<string, Variable>> | undefined;
  /** Evidence that is of this process only: it is neither saved nor put back when a step throws. */
  readonly passingEvidence?: Readonly<Record<string, Variable>> | undefined;
  /**
   * What a run that goes on must have in common with the one that was saved, beside all that the trainer is given: numbers and records,
   * which a checkpoint holds and a load compares. Functions are not compared.
   */
  readonly settings?: Readonly<Record<string, unknown>> | undefined;
  /** Verdicts on how training goes, given the means since the last report. Their kinds become those of the trainer's type. */
  readonly judge?: ((metrics: Readonly<Record<N, number>>, seen: JudgeInput) => readonly Verdict<K>[]) | undefined;
}

/** What `judge` is given beside the mean metrics. */
export interface JudgeInput {
  /** The numbers of `evidence`, by name. */
  readonly evidence: Readonly<Record<string, ArrayLike<number>>>;
  /** Steps of the trainer's life. */
  readonly steps: number;
  /** Updates of each optimizer, by its name; of a single loss, by the name `optimizer`. */
  readonly updates: Readonly<Record<string, number>>;
}

/** A model that has one loss, by which all parts are trained together. */
export interface LossTrainerOptions<N extends string, K extends string = string> extends ModelOptions<N, K> {
  /** Moves the variables of all parts. */
  readonly optimizer: Optimizer | tf.Optimizer;
  /**
   * What is minimised, `loss`, a scalar, and the other metrics: scalars, or one number per example, of which the mean is
   * reported. Called once per step; without an update, for `evaluate`, `options.training` is false.
   */
  readonly loss: (input: StepInput) => WithLoss<N>;
}

/** A model that is a game: each step makes updates of several parts, one after the other. */
export interface GameTrainerOptions<N extends string, K extends string = string> extends ModelOptions<N, K> {
  /** One for each part that is updated, by the part's name. A part without one is saved, and never moves. */
  readonly optimizers: Readonly<Record<string, Optimizer | tf.Optimizer>>;
  /** One step: its updates, and the metrics, scalars or one number per example. The names are the same at each step. */
  readonly play: (game: GameStep) => Readonly<Record<N, Tensor>>;
  /** The same metrics without an update. */
  readonly evaluate: (input: StepInput) => Readonly<Record<N, Tensor>>;
}

/** Throws unless the options of a trainer are of the right kinds and in their ranges. */
export function checkTrainerOptions(
  where: string,
  options: LossTrainerOptions<string> | GameTrainerOptions<string>,
): void {
  const names =
    'name parts random averages clipNorm accepts evidence passingEvidence settings judge optimizer loss optimizers play evaluate';
  const { name, parts, random, clipNorm, ...others } = checkFields(where, options, names);
  const { judge } = others;
  const evidence = { ...options.evidence, ...options.passingEvidence };
  if (typeof name !== 'string' || name === '') {
    throw wrongKind(where, 'name', 'must be a name such as "autoencoder"', { got: name });
  }
  if (parts === null || typeof parts !== 'object' || Object.keys(parts).length === 0) {
    const rule = 'must be a record of at least one part, such as { encoder, decoder }';
    throw wrongKind(where, 'parts', rule, { got: parts });
  }
  for (const [name, part] of Object.entries<Part | undefined>(parts))
    checkVariables(where, part?.variables, `parts.${name}.variables`);
  if (isGame(options)) checkGame(where, options);
  else {
    checkFunction(where, 'loss', options.loss);
    checkOptimizer(where, 'optimizer', options.optimizer);
  }
  checkRandom(where, 'random', random);
  checkAverages(where, options);
  if (clipNorm !== undefined) checkNumber(where, 'clipNorm', clipNorm, { above: 0 });
  for (const [key, variable] of Object.entries(evidence)) checkTensor(where, `evidence.${key}`, variable);
  if (judge !== undefined) checkFunction(where, 'judge', judge);
  checkAccepts(where, 'accepts', options.accepts, 'range unitScale');
  checkNames(where, options);
}

/** Throws where an average could not follow its part alone. */
function checkAverages(where: string, options: LossTrainerOptions<string> | GameTrainerOptions<string>): void {
  const { parts, averages = {} } = options;
  const owners = new Map(Object.entries(parts).flatMap(([name, part]) => savedVariables(part).map((v) => [v, name])));
  const followed = new Map<Variable, Variable>();
  for (const [name, average] of Object.entries(averages)) {
    checkIsPart(where, `averages.${name}`, name, parts);
    if (isGame(options) && !Object.hasOwn(options.optimizers, name)) {
      const rule = `must be of a part with an optimizer: ${Object.keys(options.optimizers).join(', ')}`;
      throw outOfRange(where, `averages.${name}`, rule, { got: name });
    }
    checkAverage(where, `averages.${name}`, parts[name]!, average);
    for (const [value, target] of averagePairs(parts[name]!, average.into)) {
      const owner = owners.get(target);
      if (owner === undefined && (followed.get(target) ?? value) === value) followed.set(target, value);
      else {
        const seen = owner === undefined ? 'one of another average' : `one of ${owner}`;
        throw outOfRange(where, `averages.${name}.into`, 'must have variables of its own', { seen });
      }
    }
  }
}

/** The name of an optimizer's moments and plain state in a checkpoint: of the one of a model with one loss, `optimizer`. */
export function momentsName(player: string): string {
  return player === ONLY_PLAYER ? ONLY_PLAYER : `${player}Optimizer`;
}

/** The one player of a model with one loss. */
export const ONLY_PLAYER = 'optimizer';

/** The name of a part's average in a checkpoint. */
export function averageName(part: string): string {
  return `average${part.charAt(0).toUpperCase()}${part.slice(1)}`;
}

/** Throws where two things would have one name in a checkpoint. */
function checkNames(where: string, options: LossTrainerOptions<string> | GameTrainerOptions<string>): void {
  const { parts, averages = {}, evidence = {} } = options;
  const moments = isGame(options) ? Object.keys(options.optimizers).map(momentsName) : [ONLY_PLAYER];
  const names = [
    ...Object.keys(parts),
    ...Object.keys(averages).map(averageName),
    ...Object.keys(evidence),
    ...moments,
  ];
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice === undefined) return;
  const rule = 'must have names that differ from those of moments, averages and evidence';
  throw outOfRange(where, 'parts', rule, { got: twice });
}

/** Whether a model is a game: it has `play`. */
export function isGame<N extends string>(
  options: LossTrainerOptions<N> | GameTrainerOptions<N>,
): options is GameTrainerOptions<N> {
  return (options as Partial<GameTrainerOptions<N>>).play !== undefined;
}

function checkGame(where: string, options: GameTrainerOptions<string>): void {
  const { play, evaluate, optimizers, parts } = options;
  if ((options as Partial<LossTrainerOptions<string>>).loss !== undefined) {
    const fix = 'A model has one loss, or a game that makes its updates itself.';
    throw wrongKind(where, 'play', 'must stand alone', { seen: 'a `loss` beside it', fix });
  }
  checkFunction(where, 'play', play);
  checkFunction(where, 'evaluate', evaluate);
  const entries = Object.entries(optimizers ?? {});
  if (entries.length === 0) {
    const rule = 'must be a record of an optimizer for each part that is updated';
    throw wrongKind(where, 'optimizers', rule, { got: optimizers });
  }
  entries.forEach(([name, optimizer], i) => {
    checkIsPart(where, `optimizers.${name}`, name, parts);
    checkOptimizer(where, `optimizers.${name}`, optimizer);
    const other = entries.slice(0, i).find(([, one]) => one === optimizer);
    if (other !== undefined) throw sameOptimizer(where, `optimizers.${name}`, other[0]);
  });
  const owners = new Map<Variable, string>();
  for (const [name] of entries) {
    for (const variable of savedVariables(parts[name]!)) {
      const other = owners.get(variable);
      if (other !== undefined) {
        const seen = `"${variable.name}" of shape ${shapeText(variable.shape)}, which ${other} has too`;
        const fix = 'Two optimizers would pull at it: make a network for each.';
        throw outOfRange(where, `parts.${name}`, 'must share no variable with another part that is updated', {
          seen,
          fix,
        });
      }
      owners.set(variable, name);
    }
  }
}

/** The error for an optimizer in a second slot. */
function sameOptimizer(where: string, argument: string, other: string): TypeError {
  const fix = 'Make one for each: it keeps the moments of one list of variables.';
  return wrongKind(where, argument, 'must be an optimizer of its own', { seen: `that of ${other}`, fix });
}

function checkIsPart(where: string, argument: string, name: string, parts: Readonly<Record<string, Part>>): void {
  if (Object.hasOwn(parts, name)) return;
  const rule = `must have the name of a part: ${Object.keys(parts).join(', ')}`;
  throw outOfRange(where, argument, rule, { got: name });
}
