import { checkRecord } from '../tensor/plain-checks.js';
import type { DataSource } from './data/data-source.js';
import type { Json } from './json.js';
import type { Trainer } from './trainer/trainer.js';

/**
 * Decisions at the end of each epoch of a run, made by `epochRules` from `tfjs-generative/run`. {@link train} calls them, and a
 * checkpoint that is saved with `{ rules }` holds their state.
 */
export interface EpochRules {
  /** A sentence that says why the run is over; undefined as long as it goes on. */
  readonly reason: string | undefined;
  /** Number of updates between two reads of their metrics from the device; if absent, {@link train} decides. */
  readonly readEvery?: number | undefined;
  /** Called when a call of {@link train} begins. */
  begin(at: EpochContext): Promise<void>;
  /** Takes the metrics of an update, in the order of their names; several updates may be passed one after the other. */
  seen(names: readonly string[], values: readonly number[]): void;
  /** Called when a pass over the data, or the call, is over; `ended` says that the data have ended. */
  end(at: EpochContext, ended: boolean): Promise<void>;
  /** Called when a call of {@link train} has ended, for any reason. */
  leave?(): void;
  /** Their complete state, to be saved. */
  state(): Json;
  /** Restores such a state; throws before anything has changed. */
  restore(state: Json): void;
  /** Their settings: a checkpoint stores them, and a load compares them. */
  readonly settings?: Readonly<Record<string, unknown>> | undefined;
}

/** What {@link EpochRules} can use of a run. */
export interface EpochContext {
  /** The trainer. */
  readonly trainer: Trainer;
  /** The data that were passed to the run. */
  readonly data: DataSource;
  /** The validation data, if there are any. */
  readonly validation: DataSource | undefined;
  /** The position in the data, `{ epoch, position }`, if the source itself does not provide it. */
  readonly cursor?: (() => Json | undefined) | undefined;
  /** The means over the validation data, computed once per update; undefined without such data, or if the run is aborted. */
  evaluate(): Promise<{ readonly metrics: Readonly<Record<string, number>> } | undefined>;
}

/** Throws unless `rules` are those that `epochRules` makes. */
export function checkEpochRules(where: string, argument: string, rules: unknown): void {
  checkRecord(where, argument, rules, 'begin seen end', 'epochRules([...])');
}
