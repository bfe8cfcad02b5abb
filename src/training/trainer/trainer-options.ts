import type * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Part } from '../../nets/network.js';
import type { RandomStream } from '../../random/index.js';
import { checkRandom } from '../../random/check-random.js';
import { checkNumber } from '../../tensor/checks.js';
import { nested } from '../../tensor/options.js';
import type { Observer } from '../observer.js';
import type { Optimizer } from '../optimizers/optimizer.js';
import { checkAverage, type AverageOptions } from './average.js';
import type { GameStep, LossAndMetrics, StepInput } from './step-input.js';
import type { Trainer } from './trainer.js';

/** Options of {@link createTrainer} for a model with one loss, which trains all parts together. */
export interface LossTrainerOptions<N extends string> {
  /**
   * A name for the model, such as "autoencoder". A checkpoint of a trainer with another name is rejected, and the trainer draws from
   * the fork `NAME trainer` of `random`.
   */
  readonly name: string;
  /** The parts of the model; all are saved. Their names are prefixes of their variables in a checkpoint: `encoder.0`. */
  readonly parts: Readonly<Record<string, Part>>;
  /** Updates the variables of all parts. */
  readonly optimizer: Optimizer | tf.Optimizer;
  /** The source of all noise of the model, through its fork `NAME trainer`. */
  readonly random: RandomStream;
  /**
   * Computes `loss`, the scalar that is minimised, and other metrics: scalars, or one number per example, whose mean is reported.
   * Called once per step; in `evaluate`, which makes no update, `options.training` is false.
   */
  readonly loss: (input: StepInput) => LossAndMetrics<N>;
  /** Makes a batch ready for the loss where this must wait: `prepare` of the {@link Trainer}. By default batches are used as they are. */
  readonly prepare?: Trainer['prepare'];
  /** Running averages of parts, by the part's name. Each is updated after each update of its part. None by default. */
  readonly averages?: Readonly<Record<string, AverageOptions<Part>>> | undefined;
  /** The gradients of each update are scaled down to this global norm, above 0; by default they are not. */
  readonly clipNorm?: number | undefined;
  /**
   * Additional settings that must be the same when a run is resumed: numbers and records, which a checkpoint stores and a load compares.
   * Functions are not compared. None by default.
   */
  readonly settings?: Readonly<Record<string, unknown>> | undefined;
  /** The dtype of the data x: 'float32' by default, or 'int32' for a model of tokens. */
  readonly dtype?: 'float32' | 'int32' | undefined;
  /** Observers of each run of the trainer, such as verdicts; none by default. Their states are saved with the trainer. */
  readonly observers?: readonly Observer[] | undefined;
}

/** Options of {@link createTrainer} for a model that is a game: each step updates several parts, one after the other. */
export interface GameTrainerOptions<N extends string> extends Omit<LossTrainerOptions<N>, 'optimizer' | 'loss'> {
  /** An optimizer for each part that is updated, by the part's name. A part without one is saved but never updated. */
  readonly optimizers: Readonly<Record<string, Optimizer | tf.Optimizer>>;
  /**
   * Makes the updates of one step and returns the metrics: scalars, or one number per example. Their names are the same in each step.
   * `evaluate` calls it, too, with `options.training` false; its updates and passes then change nothing.
   */
  readonly play: (game: GameStep) => Readonly<Record<N, Tensor>>;
}

/** The options of both kinds of models. */
export type AnyOptions = Omit<LossTrainerOptions<string>, 'optimizer' | 'loss'> & {
  readonly [Name in 'optimizer' | 'loss']?: LossTrainerOptions<string>[Name] | undefined;
} & { readonly [Name in 'optimizers' | 'play']?: GameTrainerOptions<string>[Name] | undefined };

/** The rule of `clipNorm`. */
export const clipNormRule = { is: checkNumber, default: undefined, above: 0 } as const;

/** The rules of the options that the trainers of all families have. */
export const trainerRules = { random: checkRandom, average: nested, clipNorm: clipNormRule } as const;

/** The option `average` as the averages of a trainer in which it belongs to the part `name`; throws unless it is one of this part. */
export function averagesOf<P extends Part>(
  where: string,
  name: string,
  part: P,
  average: AverageOptions<P> | undefined,
  check?: (where: string, argument: string, into: P) => void,
): Readonly<Record<string, AverageOptions<P>>> | undefined {
  if (average === undefined) return undefined;
  check?.(where, 'average.into', average.into);
  checkAverage(where, 'average', part, average);
  return { [name]: average };
}
