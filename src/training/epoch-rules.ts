import type { DataSource } from './data/data-source.js';
import type { Json } from './json.js';
import type { Trainer } from './trainer/trainer.js';

/**
 * What is decided at each epoch's end of a run: `epochRules` of `tfjs-generative/run` makes it. {@link train} calls it, and a
 * checkpoint that is saved with `{ rules }` holds its state.
 */
export interface EpochRules {
  /** Why the run is over, in a sentence; undefined while it goes on. */
  readonly reason: string | undefined;
  /** Updates between two reads of their metrics from the device; if absent, it is left to {@link train}. */
  readonly readEvery?: number | undefined;
  /** A call of {@link train} begins. */
  begin(at: EpochPlace): Promise<void>;
  /** Takes the metrics of an update, each at the place of its name; those of several updates may come one after the other. */
  seen(names: readonly string[], values: readonly number[]): void;
  /** A pass over the data is over, or the call is; `ended` says that the data have said so. */
  end(at: EpochPlace, ended: boolean): Promise<void>;
  /** A call of {@link train} has ended, however it did. */
  leave?(): void;
  /** All that they know, to be saved. */
  state(): Json;
  /** Takes over such a state; throws before anything has changed. */
  restore(state: Json): void;
  /** What they are made of: a checkpoint holds it, and a load compares it. */
  readonly settings?: Readonly<Record<string, unknown>> | undefined;
}

/** What {@link EpochRules} know of a run. */
export interface EpochPlace {
  /** What is trained. */
  readonly trainer: Trainer;
  /** The source that the run was given. */
  readonly data: DataSource;
  /** The source of the validation data, if there is one. */
  readonly validation: DataSource | undefined;
  /** The place in the data, `{ epoch, position }`, where the source does not tell it itself. */
  readonly cursor?: (() => Json | undefined) | undefined;
  /** The means over the validation data, which are computed once for an update; undefined if there are none, or if the run is aborted. */
  evaluate(): Promise<{ readonly metrics: Readonly<Record<string, number>> } | undefined>;
}
