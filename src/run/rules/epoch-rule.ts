import type { EpochPlace, EpochRules } from '../../training/epoch-rules.js';
import type { Json } from '../../training/json.js';

/** What is known at an epoch's end, once all rules have decided. */
export interface EpochEnd extends EpochPlace {
  /** Epochs of the run so far, across checkpoints. */
  readonly epoch: number;
  /** The metric that the rule asks for; NaN where it is not finite. */
  readonly value: number;
  /** All rules of the run, to be saved with it. */
  readonly rules: EpochRules;
}

/**
 * Something that is decided or done at each epoch's end: {@link stopEarly}, {@link reduceOnPlateau} and {@link keepCheckpoints} make
 * such, and a record of your own is one. First all rules of a run decide, then they act one after the other.
 */
export interface EpochRule {
  /** The metric that it asks for, such as `elbo` of the updates or `val_elbo` of the validation data; none if absent. */
  readonly metric?: string | undefined;
  /** Decides, at once, by the value of its metric, which may be NaN, and the number of the epoch, counted from 1. */
  readonly decide?: ((value: number, epoch: number) => void) | undefined;
  /** Called before the first update of each call of `train`; may throw. */
  readonly begin?: ((at: EpochPlace) => Promise<void>) | undefined;
  /** Called when a call of `train` has ended, however it did; must not throw. */
  readonly leave?: (() => void) | undefined;
  /** Does what takes time, such as a save; the run waits. What it throws ends the run. */
  readonly act?: ((end: EpochEnd) => Promise<void>) | undefined;
  /** Why it ends the run, in a sentence; undefined while it does not. */
  readonly reason?: string | undefined;
  /** What it remembers, to be saved with the run; nothing if absent. */
  readonly state?: (() => Json) | undefined;
  /** Takes over such a state; throws before anything has changed. */
  readonly restore?: ((state: Json) => void) | undefined;
  /** Its name and numbers: a checkpoint holds them, and a load compares them. */
  readonly settings?: Readonly<Record<string, unknown>> | undefined;
}
