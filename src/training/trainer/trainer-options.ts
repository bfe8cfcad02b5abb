import type * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import type { Part } from '../../nets/network.js';
import type { RandomStream } from '../../random/index.js';
import { checkRandom } from '../../random/check-random.js';
import { checkFunction, checkNumber } from '../../tensor/checks.js';
import { wrongKind } from '../../tensor/errors.js';
import { optional, readOptions, type Rules } from '../../tensor/options.js';
import { checkVariables } from '../optimizers/check-variables.js';
import type { Optimizer } from '../optimizers/optimizer.js';
import type { AverageOptions } from './average.js';
import type { GameStep, StepInput, WithLoss } from './step-input.js';
import { acceptsRules, type Accepts, type Verdict } from './trainer.js';
import type { Looks, Watch } from './watch.js';

/** What {@link createTrainer} needs of any model. */
export interface ModelOptions<N extends string, K extends string = string, Seen = unknown> {
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
  /**
   * Looks at every eighth step, so that a look may cost some kernels: given what the loss shows by `look`, it returns the evidence that
   * changes. It runs outside of gradients.
   */
  readonly watch?: Watch<Seen> | undefined;
  /** Verdicts on how training goes, given the means since the last report. Their kinds become those of the trainer's type. */
  readonly judge?: ((metrics: Readonly<Record<N, number>>, seen: JudgeInput) => readonly Verdict<K>[]) | undefined;
  /** The function of yours that takes these options from a user, which errors then name; `createTrainer` by default. */
  readonly caller?: string | undefined;
}

/** What `judge` is given beside the mean metrics. */
export interface JudgeInput {
  /** The numbers of `evidence`, by name. */
  readonly evidence: Readonly<Record<string, ArrayLike<number>>>;
  /** Steps of the trainer's life. */
  readonly steps: number;
  /** Updates of each optimizer, by its name; of a single loss, by the name `optimizer`. */
  readonly updates: Readonly<Record<string, number>>;
  /** The looks of `watch`; undefined without one. */
  readonly looks?: Looks | undefined;
}

/** A model that has one loss, by which all parts are trained together. */
export interface LossTrainerOptions<N extends string, K extends string = string, Seen = unknown> extends ModelOptions<
  N,
  K,
  Seen
> {
  /** Moves the variables of all parts. */
  readonly optimizer: Optimizer | tf.Optimizer;
  /**
   * What is minimised, `loss`, a scalar, and the other metrics: scalars, or one number per example, of which the mean is
   * reported. Called once per step; without an update, for `evaluate`, `options.training` is false.
   */
  readonly loss: (input: StepInput<Seen>) => WithLoss<N>;
}

/** A model that is a game: each step makes updates of several parts, one after the other. */
export interface GameTrainerOptions<N extends string, K extends string = string, Seen = unknown> extends ModelOptions<
  N,
  K,
  Seen
> {
  /** One for each part that is updated, by the part's name. A part without one is saved, and never moves. */
  readonly optimizers: Readonly<Record<string, Optimizer | tf.Optimizer>>;
  /** One step: its updates, and the metrics, scalars or one number per example. The names are the same at each step. */
  readonly play: (game: GameStep<Seen>) => Readonly<Record<N, Tensor>>;
  /** The same metrics without an update. */
  readonly evaluate: (input: StepInput<Seen>) => Readonly<Record<N, Tensor>>;
}

/** The options of both kinds of models. */
export type AnyOptions = ModelOptions<string> &
  Partial<Pick<LossTrainerOptions<string>, 'optimizer' | 'loss'>> &
  Partial<Pick<GameTrainerOptions<string>, 'optimizers' | 'play' | 'evaluate'>>;

/** The rules of the options; `readGame` checks what only one kind of model has. */
export const gameRules = {
  name: checkName,
  parts: checkParts,
  random: checkRandom,
  averages: { default: {} },
  clipNorm: { is: checkNumber, default: undefined, above: 0 },
  accepts: { is: checkAccepts, default: undefined },
  evidence: { default: {} },
  passingEvidence: { default: {} },
  settings: optional,
  watch: { is: checkFunction, default: undefined },
  judge: { is: checkFunction, default: undefined },
  caller: optional,
  optimizer: optional,
  loss: optional,
  optimizers: optional,
  play: optional,
  evaluate: optional,
} satisfies Rules<AnyOptions>;

function checkName(where: string, argument: string, name: unknown): void {
  if (typeof name === 'string' && name !== '') return;
  throw wrongKind(where, argument, 'must be a name such as "autoencoder"', { got: name });
}

function checkAccepts(where: string, argument: string, accepts: Omit<Accepts, 'classes'>): void {
  readOptions(where, accepts, acceptsRules, argument);
}

function checkParts(where: string, argument: string, parts: Readonly<Record<string, Part>>): void {
  if (parts === null || typeof parts !== 'object' || Object.keys(parts).length === 0) {
    const rule = 'must be a record of at least one part, such as { encoder, decoder }';
    throw wrongKind(where, argument, rule, { got: parts });
  }
  for (const [name, part] of Object.entries<Part | undefined>(parts))
    checkVariables(where, part?.variables, `parts.${name}.variables`);
}
