import { SingleBar, type Options, type Params } from 'cli-progress';
import { checkFunction, checkInteger, checkNumber } from '../tensor/checks.js';
import { wrongKind } from '../tensor/errors.js';
import { optional, readOptions } from '../tensor/options.js';

/** A stream to write text to, such as `process.stderr`. */
export interface TerminalStream {
  /** Writes text. */
  write(text: string): unknown;
  /** True for a terminal, where the bar is redrawn in place; otherwise lines are written. */
  readonly isTTY?: boolean | undefined;
  /** Characters per line; default 80. */
  readonly columns?: number | undefined;
}

/** Options for showing progress. */
export interface TerminalProgressOptions {
  /** Total number of steps, at least 1. */
  readonly total: number;
  /** Text in front of the bar; none by default. */
  readonly label?: string | undefined;
  /** Default `process.stderr`, so that the program's own output stays clean. */
  readonly stream?: TerminalStream | undefined;
}

/** A running display of progress. */
export interface TerminalProgress {
  /** Shows that `step` steps are done, and these values; without `values`, those of the last call remain. */
  update(step: number, values?: Readonly<Record<string, number>>): void;
  /** Writes a separate line, such as the message of a verdict, and continues below it. */
  note(text: string): void;
  /** Shows the last state and ends the display; later calls do nothing. */
  stop(): void;
}

/**
 * Shows a bar in the terminal, with values, the time left in minutes and seconds, and steps per second.
 *
 * The time left is (total - step) * (seconds since the first update) / (steps since the first update), so a slow first
 * step or a resumed run does not distort it. If the stream is not a terminal (a log file, CI), a plain line is written at
 * every tenth of the total.
 *
 * @param options - `total` steps, `label`, `stream`.
 * @returns the display, already started; call `stop` in a `finally`, so that it runs even if the work fails: a bar keeps the
 * process alive until then.
 * @throws RangeError if `total` is not a positive integer.
 * @example
 * ```ts
 * const progress = terminalProgress({ total: 100, label: 'training' });
 * for (let step = 1; step <= 100; step++) progress.update(step, { elbo: -243.1, kl: 12.5 });
 * progress.stop(); // training [========================] 100% | took 0:00 | elbo -243.1, kl 12.50 | 100/100
 * ```
 */
export function terminalProgress(options: TerminalProgressOptions): TerminalProgress {
  const { total, label, stream } = readOptions('terminalProgress', options, {
    total: checkInteger,
    label: optional,
    stream: { is: checkStream, default: process.stderr },
  });
  const show = stream.isTTY === true ? bar(total, stream) : lines(total, stream);
  const prefix = label === undefined ? '' : `${label} `;
  const started = performance.now();
  let first: { readonly step: number; readonly time: number } | undefined;
  let values: Readonly<Record<string, number>> = {};
  let stopped = false;

  function timeText(step: number): string {
    const now = performance.now();
    if (step >= total) return `took ${clock(now - started)}`;
    if (first === undefined || step <= first.step) return 'time left ?';
    const each = (now - first.time) / (step - first.step);
    return `${clock((total - step) * each)} left, ${numberText(1000 / each)}/s`;
  }

  return Object.freeze({
    update(step: number, next?: Readonly<Record<string, number>>): void {
      if (stopped) return;
      const where = 'terminalProgress.update';
      checkNumber(where, 'step', step, { least: 0 });
      for (const [name, value] of Object.entries<unknown>(next ?? {}))
        if (typeof value !== 'number') throw wrongKind(where, `values.${name}`, 'must be a number', { got: value });
      first ??= { step, time: performance.now() };
      values = next ?? values;
      const shown = Object.entries(values).map(([name, value]) => `${name} ${numberText(value)}`);
      // the count comes last, because a narrow terminal cuts off the end
      const tail = [timeText(step), shown.join(', '), `${step}/${total}`].filter((part) => part !== '');
      show.update(step, { prefix, tail: tail.join(' | ') });
    },
    note(text: string): void {
      if (stopped) stream.write(`${text}\n`);
      else show.note(text);
    },
    stop(): void {
      if (stopped) return;
      stopped = true;
      show.stop();
    },
  });
}

interface Line {
  readonly prefix: string;
  readonly tail: string;
}

interface Display {
  update(step: number, line: Line): void;
  note(text: string): void;
  stop(): void;
}

function bar(total: number, stream: TerminalStream): Display {
  let notes = 0;
  const format = (_options: Options, { progress }: Params, { prefix, tail }: Line): string => {
    // a line that wraps cannot be redrawn in place.
    const columns = Math.max(2, (stream.columns ?? 80) - 1);
    const text = `${Math.floor(100 * progress)}% | ${tail}`;
    const width = Math.min(24, Math.max(8, columns - prefix.length - text.length - 3));
    const filled = Math.round(width * progress);
    const line = `${prefix}[${'='.repeat(filled)}${'-'.repeat(width - filled)}] ${text}`.slice(0, columns - 1);
    // cli-progress skips what it has drawn before, but a note has moved that up
    return notes % 2 === 0 ? line : `${line} `;
  };
  // wrapping and cursor are left unchanged, so that a killed program leaves the terminal usable.
  const single = new SingleBar({ format, stream: stream as NodeJS.WritableStream, linewrap: true, hideCursor: false });
  single.start(total, 0, { prefix: '', tail: '' });
  return {
    update: (step, line) => single.update(step, line),
    note(text) {
      // back to the start of the line, which is cleared
      stream.write(`\r\u001b[K${text}\n`);
      notes++;
      single.render();
    },
    stop: () => single.stop(),
  };
}

function lines(total: number, stream: TerminalStream): Display {
  let tenths = 0;
  let waiting: string | undefined;
  const flush = (): void => {
    if (waiting !== undefined) stream.write(waiting);
    waiting = undefined;
  };
  return {
    update(step, { prefix, tail }): void {
      waiting = `${prefix}${Math.floor((100 * Math.min(step, total)) / total)}% | ${tail}\n`;
      const reached = Math.floor((10 * Math.min(step, total)) / total);
      if (reached <= tenths) return;
      tenths = reached;
      flush();
    },
    note: (text) => void stream.write(`${text}\n`),
    stop: flush,
  };
}

function checkStream(where: string, argument: string, stream: Partial<TerminalStream> | undefined): void {
  checkFunction(where, `${argument}.write`, stream?.write);
}

function numberText(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return String(value);
  return value.toPrecision(4);
}

function clock(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  const minutes = Math.floor(seconds / 60) % 60;
  const hours = Math.floor(seconds / 3600);
  const pair = (n: number): string => String(n).padStart(2, '0');
  return hours > 0 ? `${hours}:${pair(minutes)}:${pair(seconds % 60)}` : `${minutes}:${pair(seconds % 60)}`;
}
