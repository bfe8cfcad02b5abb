import { checkAlive, checkFunction, checkInteger, checkSignal } from '../tensor/checks.js';
import { outOfRange, wrongKind } from '../tensor/errors.js';
import { optional, readOptions, type Rules } from '../tensor/options.js';
import { checkDataSource, checkReadAgain, type DataSource } from '../training/data/data-source.js';
import { checkObservers, type Observer } from '../training/observer.js';
import type { Trainer } from '../training/trainer/trainer.js';

/** Options of {@link train}: give `epochs` or `steps`, not both. */
export interface TrainOptions {
  /** Number of passes over the data in this call. It has no default: give this or `steps`. */
  readonly epochs?: number | undefined;
  /** Number of updates in this call. It has no default: give this or `epochs`. */
  readonly steps?: number | undefined;
  /** Data that are evaluated before each report; none by default. */
  readonly validation?: DataSource | undefined;
  /** Ends the run, without an error, after the current update or batch of validation data. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Observers of the run in addition to the trainer's own, in this order: `stopEarly(...)` and `keepCheckpoints(...)` from
   * `tfjs-generative/run`, or observers of your own. None by default.
   */
  readonly observers?: readonly Observer[] | undefined;
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
  observers: { is: checkObservers, default: [] },
  reportEvery: count,
  yieldEvery: count,
} satisfies Rules<TrainOptions>;

/** Reads the options of the public function `where`, {@link train} or one with more options; throws if one of its arguments is wrong. */
export function readTrainOptions<O extends TrainOptions, const R extends Rules<O>>(
  where: string,
  { trainer, data }: { readonly trainer: Trainer; readonly data: DataSource },
  options: O,
  rules: R,
) {
  const read = readOptions<O, R>(where, options, rules as never);
  const { epochs, steps, validation } = read as TrainOptions;
  for (const method of ['step', 'evaluate'] as const)
    checkFunction(where, `trainer.${method}`, (trainer as Trainer | undefined)?.[method]);
  checkAlive(where, 'trainer', Object.values(trainer.skipped ?? {}));
  checkDataSource(where, 'data', data);
  if ((epochs === undefined) === (steps === undefined)) {
    const seen = epochs === undefined ? 'neither' : 'both';
    throw wrongKind(where, 'options', 'must have `epochs` or `steps`, not both', { seen });
  }
  if (epochs !== undefined) {
    checkReadAgain(where, 'data', data, 'Give `steps`, or a function that starts the iteration: () => source().');
  }
  if (validation !== undefined) {
    checkDataSource(where, 'validation', validation);
    if (Array.isArray(validation) && validation.length === 0) throw noValidation(where);
    checkReadAgain(where, 'validation', validation, 'Give an array of batches, or batches(...).');
  }
  return read;
}

/** The error for validation data without a batch. */
export function noValidation(where: string): RangeError {
  return outOfRange(where, 'validation', 'must give at least one batch', { seen: 'none' });
}
