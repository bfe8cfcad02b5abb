import type { EpochContext, EpochRules } from '../../training/epoch-contract.js';
import type { Json } from '../../training/json.js';

/** What is known at the end of an epoch, once all rules have decided. */
export interface EpochEnd extends EpochContext {
  /** Epochs of the run so far, across checkpoints. */
  readonly epoch: number;
  /** The value of the rule's metric; NaN if it is not finite. */
  readonly value: number;
  /** All rules of the run, which are saved with it. */
  readonly rules: EpochRules;
}

/**
 * Something to decide or do at the end of each epoch. {@link stopEarly}, {@link reduceOnPlateau} and {@link keepCheckpoints} make rules,
 * and you can write one by hand. First all rules of a run decide, then they act one after the other.
 */
export interface EpochRule {
  /** The metric that it needs, such as `elbo` of the updates or `val_elbo` of the validation data; none if absent. */
  readonly metric?: string | undefined;
  /** Decides synchronously, from the value of its metric, which may be NaN, and the number of the epoch, counted from 1. */
  readonly decide?: ((value: number, epoch: number) => void) | undefined;
  /** Called before the first update of each call of `train`; may throw. */
  readonly begin?: ((at: EpochContext) => Promise<void>) | undefined;
  /** Called when a call of `train` has ended, for any reason; must not throw. */
  readonly leave?: (() => void) | undefined;
  /** Does slow work, such as a save; the run waits. An error ends the run. */
  readonly act?: ((end: EpochEnd) => Promise<void>) | undefined;
  /** A sentence that says why the rule ends the run; undefined as long as it does not. */
  readonly reason?: string | undefined;
  /** Its state, which is saved with the run; none if absent. */
  readonly state?: (() => Json) | undefined;
  /** Restores such a state; throws before anything has changed. */
  readonly restore?: ((state: Json) => void) | undefined;
  /** Its name and numbers: checkpoints store them, and a load compares them. */
  readonly settings?: Readonly<Record<string, unknown>> | undefined;
}
