import { readFile } from 'node:fs/promises';
import { takesTooLong, timeIsUp } from './failures.js';
import { processorTime } from './processor-time.js';

/** The limits of a submission's process. */
export interface Limits {
  /** Seconds of processor time. */
  readonly seconds: number;
  readonly megabytes: number;
  readonly signal: AbortSignal | undefined;
}

/** Why a process was stopped: a sentence for the student, and why its text was not read, if it was stopped before that. */
export interface Ending {
  readonly failure: string;
  readonly problem?: string;
}

/** How much longer than its processor time a process may take: other programs may use the processor in the meantime. */
const PATIENCE = 10;

/** A process that uses a smaller share of a processor does nothing; it is stopped after its seconds, but not before these. */
const [IDLE_SHARE, MIN_IDLE] = [0.01, 3];

/** Milliseconds between two checks of the memory: a tensor fills a gigabyte in a quarter of a second. */
const MEMORY_CHECK_MS = 25;

/** Seconds between two checks of the processor time, at least: Linux tells it at once, other systems by a command. */
const isLinux = process.platform === 'linux';
const MIN_PAUSE = isLinux ? 0.1 : 1;

/**
 * Calls `stop` once when a process exceeds a limit: it uses more processor time or memory than it may, takes ten times as long as its processor time, or
 * does nothing for that long. Returns a function that ends the watch.
 */
export function watchLimits(pid: number, { seconds, megabytes, signal }: Limits, stop: (why: Ending) => void) {
  let isOver = false;
  const end = (why?: Ending): void => {
    if (isOver) return;
    isOver = true;
    signal?.removeEventListener('abort', abort);
    clearTimeout(patience);
    clearTimeout(pause);
    clearInterval(memory);
    if (why !== undefined) stop(why);
  };
  const abort = (): void => end({ failure: 'It was stopped before it gave a result.' });
  const patience = setTimeout(
    () =>
      end({
        failure: `It was stopped after ${+(PATIENCE * seconds).toFixed(1)} s: what does it wait for?`,
        problem: takesTooLong,
      }),
    1000 * PATIENCE * seconds,
  );
  const memory = setInterval(() => {
    void memoryOf(pid).then((used) => {
      const failure = `It was stopped because it used more than ${megabytes} MB of memory.`;
      if (used > megabytes) end({ failure, problem: `reading it takes more than ${megabytes} MB of memory` });
    });
  }, MEMORY_CHECK_MS);
  let pause: NodeJS.Timeout | undefined;
  const idleLimit = Math.max(seconds, MIN_IDLE);
  /** Checks the processor time after a pause; the process has done nothing for `idle` seconds, since it had used `base`. */
  const watchTime = (last: number, base: number, idle: number): void => {
    const wait = Math.max(MIN_PAUSE, isLinux ? 0 : (seconds - last) / 2);
    const before = performance.now();
    pause = setTimeout(() => {
      void processorTime(pid).then((used = last) => {
        // the process did not get the time in which the computer slept, or this process was busy
        const elapsed = Math.min((performance.now() - before) / 1000, 2 * wait);
        const isIdle = used - base < IDLE_SHARE * idleLimit;
        if (used > seconds) end({ failure: timeIsUp(seconds, ' of processor time'), problem: takesTooLong });
        else if (isIdle && idle + elapsed > idleLimit)
          end({ failure: `It was stopped because it did nothing for ${idleLimit} s: what does it wait for?` });
        else if (!isOver) watchTime(used, isIdle ? base : used, isIdle ? idle + elapsed : 0);
      });
    }, 1000 * wait);
  };
  watchTime(0, 0, 0);
  if (signal?.aborted === true) abort();
  else signal?.addEventListener('abort', abort);
  return () => end();
}

/** The memory of a process in megabytes; 0 if it cannot be read. */
async function memoryOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024;
}
