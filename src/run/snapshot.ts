import type { Report } from '../training/loop/report.js';

/** Where a run is: not started, under way, stopped before its end, at its end, or ended by an error. */
export type RunStatus = 'idle' | 'running' | 'stopped' | 'finished' | 'failed';

/** What is known of an error; the error itself is what {@link Run.start} rejects with. */
export interface RunError {
  /** Its class: `TypeError`, `ShapeError`. */
  readonly name: string;
  /** Its sentence. */
  readonly message: string;
}

/**
 * A run at one moment. It is frozen, with everything in it, and plain: `structuredClone` and `postMessage` copy it whole.
 */
export interface RunSnapshot<N extends string = string, K extends string = string> {
  /** Where the run is. */
  readonly status: RunStatus;
  /** Updates of this run so far, over all its starts. */
  readonly step: number;
  /** Steps of the trainer's life, across checkpoints; those of this run if the trainer does not count them. */
  readonly totalSteps: number;
  /** The epoch of the last update, counted from 1; 0 before the first. */
  readonly epoch: number;
  /** Seconds of training; the time between a stop and the next start does not count. */
  readonly seconds: number;
  /** The last report, with its metrics, validation, verdicts and skipped updates. */
  readonly report?: Report<N, K> | undefined;
  /** The reports so far, the last at the end; the same array until the next report. */
  readonly history: readonly Report<N, K>[];
  /** Why the run failed; only with the status `failed`. */
  readonly error?: RunError | undefined;
}

/** A frozen copy of a report. A verdict is copied field by field, as it may be an object that the trainer keeps. */
export function freezeReport<N extends string, K extends string>(report: Report<N, K>): Report<N, K> {
  const { metrics, validation, verdicts } = report;
  return Object.freeze({
    ...report,
    metrics: Object.freeze({ ...metrics }),
    validation: validation && Object.freeze({ ...validation }),
    verdicts: Object.freeze(verdicts.map(({ kind, message }) => Object.freeze({ kind, message }))),
  });
}

/** Describes what was thrown, in plain text: an error may hold what cannot be posted. */
export function describeError(thrown: unknown): RunError {
  const { name, message } = thrown instanceof Error ? thrown : { name: 'Error', message: String(thrown) };
  return Object.freeze({ name, message });
}

/** An error with the name and sentence of one in another thread. */
export function errorOf({ name, message }: RunError): Error {
  const kinds: Readonly<Record<string, ErrorConstructor>> = { TypeError, RangeError, ShapeError: RangeError };
  const error = new (kinds[name] ?? Error)(message);
  return Object.defineProperty(error, 'name', { value: name, configurable: true, writable: true });
}
