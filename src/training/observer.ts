import type { Tensor } from '@tensorflow/tfjs-core';
import { wrongKind } from '../tensor/errors.js';
import type { DataSource } from './data/data-source.js';
import type { Json } from './json.js';
import type { StepInput } from './trainer/step-input.js';
import type { Trainer } from './trainer/trainer.js';

/** A finding about a training run, and what to do about it. */
export interface Verdict {
  /** A short fixed name, such as "posterior collapse" or "mode collapse". */
  readonly kind: string;
  /** One or two sentences: what was observed, with the numbers, and what to try. */
  readonly message: string;
}

/**
 * Watches a run: it can look at what a step computed, judge the numbers of a report, decide at the end of an epoch, and end the run. It
 * changes no weights. The verdicts of this library, `stopEarly` and `keepCheckpoints` are observers, and you can write one by hand: every
 * member is optional. `train` waits for promises that its members return, except for `look`, which must return tensors at once, and for `state`,
 * `restore` and `reason`.
 *
 * A trainer has its own observers, by default the verdicts of its family. {@link train} calls these first, then the observers among its
 * options, in their order. `Shown` is the type of the values that the trainer's steps pass to `look`.
 */
export interface Observer<Shown = unknown> {
  /** The name under which a trainer saves its state; by default its position in the trainer's list. */
  readonly name?: string | undefined;
  /** Called before the first update of each call of `train`. An error ends the call before anything has changed. */
  readonly begin?: ((run: RunContext) => void | Promise<void>) | undefined;
  /**
   * Called within every eighth step, with the values that the trainer's loss or game passes to `look` (an empty record if it passes none).
   * It returns tensors by name, whose numbers {@link Observer.read} receives later, or undefined. Its operations are not recorded for
   * gradients, and its tensors are freed.
   */
  // the type of a method, so that Observer<Shown> is assignable to Observer
  readonly look?:
    | {
        look(
          shown: Shown,
          at: Pick<StepInput, 'x' | 'condition' | 'step'>,
        ): Readonly<Record<string, Tensor>> | undefined;
      }['look']
    | undefined;
  /**
   * Called with the numbers from each call of `look`, oldest first, when they are read from the device: before the next report and before
   * the end of an epoch. A checkpoint that is saved before that does not contain them.
   */
  readonly read?: ((numbers: Readonly<Record<string, Float32Array>>) => void | Promise<void>) | undefined;
  /** Called after each update with its metrics. The metrics are then read from the device after each update, and a GPU waits for it. */
  readonly update?: ((metrics: Readonly<Record<string, number>>, run: RunContext) => void | Promise<void>) | undefined;
  /** Called with each report; returns its verdicts, if it has any. */
  readonly report?: ((at: ReportContext) => readonly Verdict[] | void | Promise<readonly Verdict[] | void>) | undefined;
  /** Called at the end of each epoch, whatever `reportEvery` is. */
  readonly epoch?: ((run: RunContext) => void | Promise<void>) | undefined;
  /** Called after the `epoch` of all observers: for work that needs their decisions, such as saving a checkpoint. */
  readonly afterEpoch?: ((run: RunContext) => void | Promise<void>) | undefined;
  /** Called when a call of `train` has ended, for any reason, which is only over when a promise that it returns is; must not throw. */
  readonly end?: (() => void | Promise<void>) | undefined;
  /** A sentence that says why the run is over; undefined as long as it continues. Read before each update. */
  readonly reason?: string | undefined;
  /** Its complete state, which is saved with the run. */
  readonly state?: (() => Json) | undefined;
  /** Restores such a state; throws before anything has changed. */
  readonly restore?: ((state: Json) => void) | undefined;
  /** Its settings: a checkpoint stores them, and a load compares them. */
  readonly settings?: Readonly<Record<string, unknown>> | undefined;
}

/** The state of a run that an {@link Observer} can use. */
export interface RunContext {
  /** The function that the user called, such as `train`; errors begin with it. */
  readonly caller: string;
  /** Number of updates in this call so far. */
  readonly step: number;
  /** The epoch of this call, counted from 1; 0 before the first. */
  readonly epoch: number;
  /** The trainer. */
  readonly trainer: Trainer;
  /** The data that were passed to the run. */
  readonly data: DataSource;
  /** The validation data, if there are any. */
  readonly validation: DataSource | undefined;
  /** The observers that were passed to the run, for {@link saveCheckpoint}. */
  readonly observers: readonly Observer[];
  /** The position in the data, `{ epoch, position }`, if the source counts both. */
  place():
    | {
        /** The epoch, counted from 0. */
        readonly epoch: number;
        /** Number of batches of the epoch that were used. */
        readonly position: number;
      }
    | undefined;
  /** The means over the validation data, computed once per update; undefined without such data, or if the run is aborted. */
  evaluate(): Promise<
    | {
        /** The means by the names of the metrics. */
        readonly metrics: Readonly<Record<string, number>>;
      }
    | undefined
  >;
}

/** The input of {@link Observer.report}. */
export interface ReportContext extends RunContext {
  /** Total steps of the trainer, across checkpoints. */
  readonly totalSteps: number;
  /** Means over the updates since the last report; values that are not finite are ignored. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Numbers of batches since the last report. */
  readonly counts: {
    /** All batches. */
    readonly batches: number;
    /** Batches with a metric that is not finite. */
    readonly notFinite: number;
    /** Batches with a skipped update; a GAN makes several updates per batch. */
    readonly skippedBatches: number;
    /** The first batch with a skipped update, counted from 1; 0 if there is none. */
    readonly firstSkipped: number;
  };
  /** Means over the validation data, if there are any. */
  readonly validationMetrics: Readonly<Record<string, number>> | undefined;
  /** The same numbers for the validation data, if there are any. */
  readonly validationCounts: ReportContext['counts'] | undefined;
  /** The verdicts of the observers before this one. */
  readonly verdicts: readonly Verdict[];
}

const HOOKS = ['begin', 'look', 'read', 'update', 'report', 'epoch', 'afterEpoch', 'end'] as const;

/** Throws unless `observers` is an array of observers without repetition. */
export function checkObservers(where: string, argument: string, observers: readonly Observer[]): void {
  const rule = `must be an array of different observers, which have functions named ${HOOKS.join(', ')}`;
  const isObserver = (one: Partial<Observer> | null | undefined): boolean =>
    HOOKS.some((hook) => one?.[hook]) && HOOKS.every((hook) => ['undefined', 'function'].includes(typeof one?.[hook]));
  if (!Array.isArray(observers)) throw wrongKind(where, argument, rule, { got: observers });
  observers.forEach((one: Observer | null, i) => {
    if (!isObserver(one) || observers.indexOf(one) !== i)
      throw wrongKind(where, `${argument}[${i}]`, rule, { got: one });
  });
}
