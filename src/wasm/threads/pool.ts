import * as control from './control.js';
import type { Helper } from './helper.js';

/** Functions by their names, each of which is given a job of its kind. */
export type JobFunctions<Jobs, Result> = { readonly [Name in keyof Jobs]: (job: Jobs[Name]) => Result };

export interface PoolOptions<Jobs> {
  readonly helper: Helper;
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** The functions of the main thread's own instance of the module. */
  readonly calls: JobFunctions<Jobs, unknown>;
  /** The numbers of each function's jobs as the helper's instance of the module takes them. */
  readonly inOrder: JobFunctions<Jobs, readonly number[]>;
  /** Called when the helper is given up in the middle of a job, with the promise that it runs no more. */
  readonly onLost: (ended: Promise<void>) => void;
  /** How long the main thread waits at least for a job that the helper has taken; 2 seconds if left out. */
  readonly patienceMilliseconds?: number | undefined;
  /** The clock, in milliseconds; `performance.now` if left out. */
  readonly now?: (() => number) | undefined;
}

/** The main thread and its helper. */
export interface Pool<Jobs> {
  /** Runs a function once for each job, and returns when all are done. */
  run<Name extends keyof Jobs>(name: Name, jobs: readonly Jobs[Name][]): void;
  /** Why the main thread is alone now; undefined while it has its helper. */
  failure(): string | undefined;
  /** Ends the helper; the main thread goes on alone. */
  stop(): void;
}

/**
 * The helper has taken a job and does not finish it. It may go on writing to the memory of that job, so all of its
 * memory is given up: whoever started the job starts anew in other memory.
 */
export class LostHelper extends Error {
  override readonly name = 'LostHelper';
}

/** A thread that sleeps longer than this, in one go, looks after itself. */
const NAP_MILLISECONDS = 10;
/** Waking from sleep takes a fraction of this. */
const SPIN_MILLISECONDS = 0.2;

/**
 * On a machine where others run, the helper may be interrupted in the middle of a job. A helper is a loss when the main
 * thread waits for it longer than it works itself. When that has cost so much, the main thread works alone for a multiple
 * of that time, so that the loss is a tenth of the time at most. The bits of the results are the same.
 */
const TOLERABLE_MILLISECONDS = 0.5;
const TIMES_ALONE = 9;

/** Starts the helper on the memory; kept once it is ready to take jobs. How the two speak: control.ts. */
export async function createPool<Jobs>(options: PoolOptions<Jobs>): Promise<Pool<Jobs>> {
  const { helper, module, memory, calls, inOrder, onLost, patienceMilliseconds = 2000 } = options;
  const now = options.now ?? (() => performance.now());
  const names = Object.keys(calls);
  const shared = new SharedArrayBuffer(control.CONTROL_BYTES);
  await helper.start({ module, memory, control: shared, names });

  const words = new Int32Array(shared);
  const numbers = new Float64Array(shared, control.BYTES_BEFORE_NUMBERS);
  const places = new Map(names.map((name, i) => [name as keyof Jobs, i]));
  const maySleep = isAllowedToWait(words);
  let failure: string | undefined;
  let aloneUntil = 0;
  let loss = 0;

  /** Takes a job; undefined if none is left. */
  function take(): number | undefined {
    for (;;) {
      const left = Atomics.load(words, control.JOBS_LEFT);
      if (left === 0) return undefined;
      if (Atomics.compareExchange(words, control.JOBS_LEFT, left, left - 1) === left) {
        words[control.STATES + left - 1] = control.DONE;
        return left - 1;
      }
    }
  }

  /** Hands all jobs out but the last, which is the main thread's: it always has one to do before it waits. */
  function publish(name: keyof Jobs, jobs: readonly (readonly number[])[]): void {
    const width = jobs[0]!.length;
    words[control.FUNCTION] = places.get(name)!;
    words[control.WIDTH] = width;
    jobs.forEach((job, i) => {
      words[control.STATES + i] = control.PENDING;
      for (let k = 0; k < width; k++) numbers[i * width + k] = job[k]!;
    });
    words[control.STATES + jobs.length - 1] = control.DONE;
    // This store shows the helper all those above.
    Atomics.store(words, control.JOBS_LEFT, jobs.length - 1);
    if (Atomics.load(words, control.HELPER_SLEEPS) === 1) Atomics.notify(words, control.JOBS_LEFT);
  }

  /** Waits for a job that the helper has taken; false if that takes much longer than the main thread's own jobs. */
  function isDone(job: number, started: number): boolean {
    const word = control.STATES + job;
    let since = 0;
    for (let looks = 1; Atomics.load(words, word) === control.PENDING; looks++) {
      // A look at the clock costs as much as many at the word.
      if ((looks & 255) !== 0) continue;
      const time = now();
      since ||= time;
      const waited = time - since;
      if (waited > patienceMilliseconds && waited > 100 * (since - started)) return false;
      if (!maySleep || waited < SPIN_MILLISECONDS) continue;
      Atomics.store(words, control.MAIN_SLEEPS, 1);
      Atomics.wait(words, word, control.PENDING, NAP_MILLISECONDS);
      Atomics.store(words, control.MAIN_SLEEPS, 0);
      looks |= 255;
    }
    if (since > 0) noteWait(now() - since, since - started);
    return true;
  }

  function noteWait(waited: number, own: number): void {
    loss = Math.max(0, loss + waited - own);
    if (loss < TOLERABLE_MILLISECONDS) return;
    aloneUntil = now() + TIMES_ALONE * loss;
    loss = 0;
  }

  /** Waits for the jobs that the helper has taken, and runs those anew that failed there. */
  function settle<Job>(call: (job: Job) => unknown, jobs: readonly Job[], first: number, started: number): void {
    for (let i = first; i < jobs.length; i++) {
      if (isDone(i, started)) continue;
      failure = 'the helper thread hung';
      onLost(helper.end());
      throw new LostHelper(failure);
    }
    for (let i = first; i < jobs.length; i++) {
      if (words[control.STATES + i] !== control.FAILED) continue;
      stop('a job failed in the helper thread');
      call(jobs[i]!);
    }
  }

  function stop(reason: string): void {
    if (failure !== undefined) return;
    failure = reason;
    void helper.end();
  }

  return Object.freeze({
    run<Name extends keyof Jobs>(name: Name, jobs: readonly Jobs[Name][]) {
      const call = calls[name];
      const isOneThreaded = failure !== undefined || jobs.length < 2 || jobs.length > control.MAXIMUM_JOBS;
      const started = isOneThreaded ? 0 : now();
      if (isOneThreaded || started < aloneUntil) {
        for (const job of jobs) call(job);
        return;
      }
      publish(name, jobs.map(inOrder[name]));
      try {
        let job: number | undefined = jobs.length - 1;
        do call(jobs[job]!);
        while ((job = take()) !== undefined);
      } catch (error) {
        // No more is begun, and what is begun ends first: the caller may free its memory.
        settle(call, jobs, Atomics.exchange(words, control.JOBS_LEFT, 0), started);
        throw error;
      }
      settle(call, jobs, 0, started);
    },
    failure: () => failure,
    stop: () => stop('the helper thread was stopped'),
  });
}

/** Whether this thread may sleep; the main thread of a page may not. */
function isAllowedToWait(words: Int32Array): boolean {
  try {
    Atomics.wait(words, control.MAIN_SLEEPS, 1, 0);
    return true;
  } catch {
    return false;
  }
}
