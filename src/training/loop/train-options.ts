import { checkAlive, checkFunction, checkInteger, checkSignal } from '../../tensor/checks.js';
import { outOfRange, wrongKind } from '../../tensor/errors.js';
import { checkDataSource, checkReadAgain, type DataSource } from '../data/data-source.js';
import { acceptsRules, type Trainer, type Verdict } from '../trainer/trainer.js';
import { checkEpochRules, type EpochRules } from '../epoch-contract.js';
import { checkHeld } from './judge-data.js';
import { optional, readOptions, type Rules } from '../../tensor/options.js';

/** The kinds of verdicts that {@link train} adds to the trainer's own, whatever the model. */
export type LoopVerdictKind = 'data out of scale' | 'skipped updates' | 'validation not finite' | 'rule not in use';

/** Options of {@link train}: give `epochs` or `steps`, not both. */
export interface TrainOptions<K extends string = string> {
  /** Number of passes over the data in this call. */
  readonly epochs?: number | undefined;
  /** Number of updates in this call. */
  readonly steps?: number | undefined;
  /** Data that are evaluated before each report. */
  readonly validation?: DataSource | undefined;
  /** Ends the run, without an error, after the current update or batch of validation data. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Ends the run after a report if this function returns true for a verdict that holds, whether new or not:
   * `({ kind }) => kind === 'mode collapse'`.
   */
  readonly stopOn?: ((verdict: Verdict<K | LoopVerdictKind>) => boolean) | undefined;
  /** Rules that decide at the end of each epoch, whatever `reportEvery` is, made by `epochRules` from `tfjs-generative/run`. */
  readonly rules?: EpochRules | undefined;
  /** Number of updates between two reports; by default there is a report at the end of each epoch. */
  readonly reportEvery?: number | undefined;
  /** Number of updates between two pauses in which the event loop runs; 1 by default. */
  readonly yieldEvery?: number | undefined;
}

const count = { is: checkInteger, default: undefined } as const;

/** The rules of {@link TrainOptions}. */
export const trainRules = {
  epochs: count,
  steps: count,
  validation: optional,
  signal: { is: checkSignal, default: undefined },
  stopOn: { is: checkFunction, default: undefined },
  rules: { is: checkEpochRules, default: undefined },
  reportEvery: count,
  yieldEvery: count,
} satisfies Rules<TrainOptions<never>>;

/** Throws unless the arguments of {@link train} are right, or those of a function with more options, whose rules are `rules`. */
export function checkTrainOptions(
  trainer: unknown,
  data: unknown,
  options: TrainOptions<never>,
  where = 'train',
  rules: Rules<TrainOptions<never>> = trainRules,
): void {
  const { epochs, steps, validation } = readOptions(where, options, rules);
  for (const method of ['step', 'evaluate'] as const) {
    checkFunction(where, `trainer.${method}`, (trainer as Record<string, unknown> | undefined)?.[method]);
  }
  const { skipped, accepts } = trainer as Trainer;
  checkAlive(where, 'trainer', skipped ?? []);
  if (accepts !== undefined) readOptions(where, accepts, { ...acceptsRules, classes: optional }, 'trainer.accepts');
  checkDataSource(where, 'data', data);
  checkHeld(where, accepts, data);
  if ((epochs === undefined) === (steps === undefined)) {
    const seen = epochs === undefined ? 'neither' : 'both';
    throw wrongKind(where, 'options', 'must have `epochs` or `steps`, not both', { seen });
  }
  if (epochs !== undefined) {
    checkReadAgain(where, 'data', data, 'Give `steps`, or a function that starts the iteration: () => source().');
  }
  if (validation === undefined) return;
  checkDataSource(where, 'validation', validation);
  checkHeld(where, accepts, validation, 'validation');
  if (Array.isArray(validation) && validation.length === 0) throw noValidation(where);
  checkReadAgain(where, 'validation', validation, 'Give an array of batches, or batches(...).');
}

/** The error for validation data without a batch. */
export function noValidation(where: string): RangeError {
  return outOfRange(where, 'validation', 'must give at least one batch', { seen: 'none' });
}
