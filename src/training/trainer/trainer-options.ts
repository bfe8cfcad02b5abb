import type * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import type { Part } from '../../nets/network.js';
import type { RandomStream } from '../../random/index.js';
import { checkRandom } from '../../random/check-random.js';
import { checkFunction, checkGiven, checkNumber, checkObject } from '../../tensor/checks.js';
import { wrongKind } from '../../tensor/errors.js';
import { optional, readOptions, type Rules } from '../../tensor/options.js';
import { checkVariable, checkVariables } from '../optimizers/check-variables.js';
import type { Optimizer } from '../optimizers/optimizer.js';
import type { AverageOptions } from './average.js';
import type { GameStep, StepInput, LossAndMetrics } from './step-input.js';
import { acceptsRules, type AcceptedData, type Verdict } from './trainer.js';
import type { Watch } from './watch.js';

/** What {@link createTrainer} needs for any model. */
export interface ModelOptions<N extends string, K extends string = string, Seen = unknown> {
  /**
   * A name for the model, such as "autoencoder". A checkpoint of a trainer with another name is rejected, and the trainer draws from
   * the fork `NAME trainer` of `random`.
   */
  readonly name: string;
  /** The parts of the model; all are saved. Their names are prefixes of their variables in a checkpoint: `encoder.0`. */
  readonly parts: Readonly<Record<string, Part>>;
  /** The source of all noise of the model, through its fork `NAME trainer`. */
  readonly random: RandomStream;
  /** Running averages of parts, by the part's name. Each is updated after each update of its part. */
  readonly averages?: Readonly<Record<string, AverageOptions<Part>>> | undefined;
  /** The gradients of each update are scaled down to this global norm, above 0; by default they are not. */
  readonly clipNorm?: number | undefined;
  /** The data that the model expects: their range, or whether they have unit scale. The number of classes is read from the parts. */
  readonly accepts?: Omit<AcceptedData, 'classes'> | undefined;
  /**
   * Statistics on the device that `judge` needs, by name. The trainer saves them, restores them when a step throws, restores numbers that
   * are no longer finite, and frees them when it is disposed; if {@link createTrainer} throws, they are yours to free.
   */
  readonly evidence?: Readonly<Record<string, Variable>> | undefined;
  /** Evidence of this process only: it is neither saved nor restored when a step throws. */
  readonly passingEvidence?: Readonly<Record<string, Variable>> | undefined;
  /**
   * Additional settings that must be the same when a run is resumed: numbers and records, which a checkpoint stores and a load compares.
   * Functions are not compared.
   */
  readonly settings?: Readonly<Record<string, unknown>> | undefined;
  /**
   * Called in every eighth step, with the values that the loss passes to `look`; it returns the evidence that changes, by name. It may
   * use several kernels, and no gradient records it.
   */
  readonly watch?: Watch<Seen> | undefined;
  /** Gives verdicts on the training, from the mean metrics since the last report. Their kinds become those of the trainer's type. */
  // a judge that names only the metrics that it reads does not say which ones there are
  readonly judge?:
    ((metrics: Readonly<Record<NoInfer<N>, number>>, seen: JudgeInput) => readonly Verdict<K>[]) | undefined;
  /** The name of your function that passes these options on; errors begin with it. `createTrainer` by default. */
  readonly caller?: string | undefined;
}

/** What `judge` gets besides the mean metrics. */
export interface JudgeInput {
  /** The numbers of `evidence`, by name. */
  readonly evidence: Readonly<Record<string, ArrayLike<number>>>;
  /** Steps since the trainer was first made, across checkpoints. */
  readonly steps: number;
  /** Updates by each optimizer, by its name; with a single loss, under the name `optimizer`. */
  readonly updates: Readonly<Record<string, number>>;
  /** Calls of `watch` in this process; undefined without a `watch`. */
  readonly watchCalls?: number | undefined;
  /** Examples in the batch of the last call of `watch`; infinite before the first, undefined without a `watch`. */
  readonly batch?: number | undefined;
}

/** A model with one loss, which trains all parts together. */
export interface LossTrainerOptions<N extends string, K extends string = string, Seen = unknown> extends ModelOptions<
  N,
  K,
  Seen
> {
  /** Updates the variables of all parts. */
  readonly optimizer: Optimizer | tf.Optimizer;
  /**
   * Computes `loss`, the scalar that is minimised, and other metrics: scalars, or one number per example, whose mean is reported.
   * Called once per step; in `evaluate`, which makes no update, `options.training` is false.
   */
  readonly loss: (input: StepInput<Seen>) => LossAndMetrics<N>;
}

/** A model that is a game: each step updates several parts, one after the other. */
export interface GameTrainerOptions<N extends string, K extends string = string, Seen = unknown> extends ModelOptions<
  N,
  K,
  Seen
> {
  /** An optimizer for each part that is updated, by the part's name. A part without one is saved but never updated. */
  readonly optimizers: Readonly<Record<string, Optimizer | tf.Optimizer>>;
  /** Makes the updates of one step and returns the metrics: scalars, or one number per example. Their names are the same in each step. */
  readonly play: (game: GameStep<Seen>) => Readonly<Record<N, Tensor>>;
  /** Computes the same metrics without an update. */
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
  evidence: { is: checkEvidence, default: {} },
  passingEvidence: { is: checkEvidence, default: {} },
  settings: { is: checkObject, default: undefined },
  watch: { is: checkFunction, default: undefined },
  judge: { is: checkFunction, default: undefined },
  caller: { is: checkName, default: undefined },
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

function checkEvidence(where: string, argument: string, evidence: Readonly<Record<string, Variable>>): void {
  checkGiven(where, argument, evidence, '{ mean: tf.variable(...) }');
  for (const [name, variable] of Object.entries<Partial<Variable> | undefined>(evidence)) {
    checkVariable(where, `${argument}.${name}`, variable);
  }
}

function checkAccepts(where: string, argument: string, accepts: Omit<AcceptedData, 'classes'>): void {
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
