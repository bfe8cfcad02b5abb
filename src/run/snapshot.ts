import type { Report } from '../loop/report.js';

/** The state of a run: not started, running, stopped before its end, finished, or ended by an error. */
export type RunStatus = 'idle' | 'running' | 'stopped' | 'finished' | 'failed';

/** A description of an error; {@link Run.start} rejects with the error itself. */
export interface RunError {
  /** Its class, such as `TypeError` or `ShapeError`. */
  readonly name: string;
  /** Its message. */
  readonly message: string;
}

/**
 * A run at one moment. It is deeply frozen plain data, which `structuredClone` and `postMessage` copy completely.
 */
export interface RunSnapshot<N extends string = string> {
  /** The state of the run. */
  readonly status: RunStatus;
  /** Updates of this run so far, over all its starts. */
  readonly step: number;
  /** Total steps of the trainer, across checkpoints; those of this run if the trainer does not count them. */
  readonly totalSteps: number;
  /** The epoch of the last update, counted from 1; 0 before the first. */
  readonly epoch: number;
  /** Seconds of training; the time between a stop and the next start does not count. */
  readonly seconds: number;
  /** The last report, with its metrics, validation, verdicts and skipped updates. */
  readonly report?: Report<N> | undefined;
  /** The reports so far, oldest first; the same array until the next report. */
  readonly history: readonly Report<N>[];
  /** Why the run failed; only with the status `failed`. */
  readonly error?: RunError | undefined;
}

/** A frozen copy of a report. Verdicts are copied field by field, because the trainer may keep the objects. */
export function freezeReport<N extends string>(report: Report<N>): Report<N> {
  const { metrics, validation, verdicts, standing } = report;
  const frozen = (list: typeof verdicts): typeof verdicts =>
    Object.freeze(list.map(({ kind, message }) => Object.freeze({ kind, message })));
  return Object.freeze({
    ...report,
    metrics: Object.freeze({ ...metrics }),
    validation: validation && Object.freeze({ ...validation }),
    verdicts: frozen(verdicts),
    ...(standing && { standing: frozen(standing) }),
  });
}

/** Describes an error in plain text, because it may hold something that cannot be posted. */
export function describeError(thrown: unknown): RunError {
  const { name, message } = thrown instanceof Error ? thrown : { name: 'Error', message: String(thrown) };
  return Object.freeze({ name, message });
}

/** An error with the name and message of one in another thread. */
export function errorOf({ name, message }: RunError): Error {
  const kinds: Readonly<Record<string, ErrorConstructor>> = { TypeError, RangeError, ShapeError: RangeError };
  const error = new (kinds[name] ?? Error)(message);
  return Object.defineProperty(error, 'name', { value: name, configurable: true, writable: true });
}
