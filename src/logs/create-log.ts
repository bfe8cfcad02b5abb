import { checkFunction } from '../tensor/checks.js';
import { wrongKind } from '../tensor/errors.js';
import { optional, readOptions } from '../tensor/options.js';
import type { Report } from '../loop/report.js';
import { checkNames, checkPlain, checkReport } from './check-report.js';
import type { LogEntry, LogWriter } from './log-entry.js';
import type { WatchedOptimizer } from './watch-optimizer.js';

/** Options of {@link createLog}. */
export interface LogOptions {
  /** The writers, one per format, in order. */
  readonly writers: readonly LogWriter[];
  /** Optimizers whose rates and gradient norms are logged, keyed by the prefix of their columns: `optimizer.gradientNorm`. None by default. */
  readonly optimizers?: Readonly<Record<string, WatchedOptimizer>> | undefined;
}

/** Further content of an entry, in addition to its report. */
export interface LogExtras {
  /** Your own numbers by name, such as a measure of samples. */
  readonly values?: Readonly<Record<string, number>> | undefined;
  /** PNG files by name, such as a grid of samples; TensorBoard shows them. */
  readonly pictures?: Readonly<Record<string, Uint8Array>> | undefined;
}

/** A log of a run. */
export interface Log {
  /**
   * Writes a report, and resolves when it is written. The signal that a run passes as second argument is ignored. Rejects if a number or
   * name is wrong, before anything is written, or with an error of a writer; the next report is still written. It does not use `this`, so
   * you can pass it as `onReport`.
   */
  add(report: Report, extras?: LogExtras | AbortSignal): Promise<void>;
}

/**
 * Makes a log, which passes the numbers of reports to writers.
 *
 * @param options - see {@link LogOptions}
 * @returns the log; there is nothing to dispose or close
 * @throws TypeError if an option is wrong
 * @example
 * ```ts
 * const file = memoryFile();
 * const log = createLog({ writers: [csvWriter(file)] });
 * await fit(trainer, source, { epochs: 2, callbacks: { onReport: log.add } });
 * const [columns] = (await file.blob().text()).split('\r\n');
 * console.log(columns); // step,epoch,seconds,loss,elbo,logLikelihood,kl,skipped,verdicts
 * ```
 */
export function createLog(options: LogOptions): Log {
  const { writers, optimizers } = readOptions('createLog', options, {
    writers: {},
    optimizers: { default: {} },
  });
  if (!Array.isArray(writers) || writers.length === 0) {
    throw wrongKind('createLog', 'writers', 'must be an array of at least one writer', { got: writers });
  }
  writers.forEach((writer, i) => checkFunction('createLog', `writers[${i}]`, writer));
  checkPlain('optimizers', optimizers, 'createLog');
  for (const [name, optimizer] of Object.entries(optimizers)) {
    if (typeof (optimizer as Partial<WatchedOptimizer> | undefined)?.readNumbers === 'function') continue;
    const rule = 'must be a result of watchOptimizer';
    throw wrongKind('createLog', `optimizers.${name}`, rule, { got: optimizer });
  }
  const watched = { ...optimizers };
  let last: Promise<unknown> = Promise.resolve();

  const write = async (report: Report, extras: LogExtras): Promise<void> => {
    const entry = await entryOf(report, extras, watched, Date.now() / 1000);
    for (const writer of writers as readonly LogWriter[]) await writer(entry);
  };

  return Object.freeze({
    add: async (report: Report, extras?: LogExtras | AbortSignal) => {
      checkReport(report);
      const read = readExtras(extras);
      // in order, even if the caller does not wait
      const written = last.then(() => write(report, read));
      last = written.catch(() => undefined);
      await written;
    },
  });
}

async function entryOf(
  report: Report,
  { values = {}, pictures = {} }: LogExtras,
  optimizers: Readonly<Record<string, WatchedOptimizer>>,
  wallTime: number,
): Promise<LogEntry> {
  const { step, totalSteps, epoch, seconds, metrics, validation = {}, skipped, verdicts } = report;
  const used = new Set(['step', 'epoch', 'seconds', 'skipped', 'verdicts']);
  const own = [...named(used, 'report.metrics', metrics), ...named(used, 'report.validation', validation, 'val_')];
  const ofUser = named(used, 'values', values);
  checkPlain('pictures', pictures);
  checkNames(used, 'pictures', Object.keys(pictures));
  // reading an optimizer resets its numbers, so all other names are checked first
  const watched: [string, number][] = [];
  for (const [name, optimizer] of Object.entries(optimizers)) {
    watched.push(...named(used, 'optimizers', await optimizer.readNumbers(), `${name}.`));
  }
  const numbers = Object.fromEntries([...own, ['skipped', skipped], ...watched, ...ofUser]) as Record<string, number>;
  // a trainer restored in the middle of a call may have made fewer steps in all than the call
  const resumedAt = Math.max(0, totalSteps - step);
  return { step: totalSteps, resumedAt, epoch, seconds, wallTime, numbers, verdicts, pictures };
}

/** Numbers with their column names, which must be unique in the log. */
function named(used: Set<string>, argument: string, numbers: object, prefix = ''): [string, number][] {
  checkPlain(argument, numbers);
  const entries = Object.entries<unknown>({ ...numbers });
  const names = entries.map(([name]) => prefix + name);
  checkNames(used, argument, names);
  return entries.map(([name, number], i) => {
    if (typeof number !== 'number')
      throw wrongKind('log.add', `${argument}.${name}`, 'must be a number', { got: number });
    used.add(names[i]!);
    return [names[i]!, number];
  });
}

/** Reads the second argument of `add`, which is a signal if `add` is a run's `onReport`. */
function readExtras(extras: LogExtras | AbortSignal | undefined): LogExtras {
  if (extras === undefined || extras instanceof AbortSignal) return {};
  checkPlain('extras', extras);
  return readOptions('log.add', extras, { values: optional, pictures: optional }, 'extras');
}
