import * as control from './control.js';
import type { Helper } from './helper.js';
import type { HelperParts } from './helper-program.js';

/** Functions by their names; each takes a job of its kind. */
export type JobFunctions<Jobs, Result> = { readonly [Name in keyof Jobs]: (job: Jobs[Name]) => Result };

export interface PoolOptions<Jobs> {
  readonly helper: Helper;
  /** What the helper makes its own instance of the module from. */
  readonly parts: HelperParts;
  readonly memory: WebAssembly.Memory;
  /** The functions of the main thread's own instance of the module. */
  readonly calls: JobFunctions<Jobs, unknown>;
  /** The numbers of each function's jobs, in the order in which the helper's instance of the module takes them. */
  readonly inOrder: JobFunctions<Jobs, readonly (number | boolean)[]>;
  /** Called when the helper is given up in the middle of a job, with the promise that resolves when it no longer runs. */
  readonly onLost: (ended: Promise<void>) => void;
  /** The least time that the main thread waits for a job that the helper has taken; 2 seconds by default. */
  readonly patienceMilliseconds?: number | undefined;
  /** The clock, in milliseconds; `performance.now` by default. */
  readonly now?: (() => number) | undefined;
}

/** The main thread and its helper. */
export interface Pool<Jobs> {
  /** Runs a function once for each job, and returns when all are done. */
  run<Name extends keyof Jobs>(name: Name, jobs: readonly Jobs[Name][]): void;
  /** Why the main thread is alone now; undefined while it has its helper. */
  failure(): string | undefined;
  /** Ends the helper; the main thread continues alone. */
  stop(): void;
}

/**
 * The helper has taken a job and does not finish it. It may continue to write to the memory of that job, so all of that
 * memory is abandoned: whoever started the job starts again in other memory.
 */
export class LostHelper extends Error {
  override readonly name = 'LostHelper';
}

/** The longest time that a thread sleeps before it checks by itself. */
const NAP_MILLISECONDS = 10;
/** Waking up takes a fraction of this. */
const SPIN_MILLISECONDS = 0.2;

/**
 * On a machine that also runs other programs, the helper may be interrupted in the middle of a job. The helper is a loss when
 * the main thread waits for it longer than it works itself. When that has cost this much, the main thread works alone for a
 * multiple of that time, so that the loss is a tenth of the time at most. The results stay bit-identical.
 */
const TOLERABLE_MILLISECONDS = 0.5;
const TIMES_ALONE = 9;

/** Starts the helper on the memory; resolves once it is ready to take jobs. The two communicate as in control.ts. */
export async function createPool<Jobs>(options: PoolOptions<Jobs>): Promise<Pool<Jobs>> {
  const { helper, parts, memory, calls, inOrder, onLost, patienceMilliseconds = 2000 } = options;
  const now = options.now ?? (() => performance.now());
  const names = Object.keys(calls);
  const shared = new SharedArrayBuffer(control.CONTROL_BYTES);
  await helper.start({ ...parts, memory, control: shared, names });

  const words = new Int32Array(shared);
  const numbers = new Float64Array(shared, control.BYTES_BEFORE_NUMBERS);
  const places = new Map(names.map((name, i) => [name as keyof Jobs, i]));
  const waiting = createWaiting(words, now, patienceMilliseconds);
  let failure: string | undefined;

  /** Waits for the jobs that the helper has taken, and runs again those that failed there. */
  function settle<Job>(call: (job: Job) => unknown, jobs: readonly Job[], first: number, started: number): void {
    for (let i = first; i < jobs.length; i++) {
      if (waiting.isDone(i, started)) continue;
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
      if (isOneThreaded || !waiting.isWorthIt(started)) {
        for (const job of jobs) call(job);
        return;
      }
      publish(words, numbers, places.get(name)!, jobs.map(inOrder[name]));
      try {
        let job: number | undefined = jobs.length - 1;
        do call(jobs[job]!);
        while ((job = take(words)) !== undefined);
      } catch (error) {
        // No further job is begun, and jobs that have begun must end first: the caller may free their memory.
        settle(call, jobs, Atomics.exchange(words, control.JOBS_LEFT, 0), started);
        throw error;
      }
      settle(call, jobs, 0, started);
    },
    failure: () => failure,
    stop: () => stop('the helper thread was stopped'),
  });
}

/** Offers all jobs but the last, which is the main thread's: it always has one to do before it waits. */
function publish(
  words: Int32Array,
  numbers: Float64Array,
  place: number,
  jobs: readonly (readonly (number | boolean)[])[],
): void {
  const width = jobs[0]!.length;
  words[control.FUNCTION] = place;
  words[control.WIDTH] = width;
  jobs.forEach((job, i) => {
    words[control.STATES + i] = control.PENDING;
    for (let k = 0; k < width; k++) numbers[i * width + k] = Number(job[k]);
  });
  words[control.STATES + jobs.length - 1] = control.DONE;
  // This store makes all those above visible to the helper.
  Atomics.store(words, control.JOBS_LEFT, jobs.length - 1);
  if (Atomics.load(words, control.HELPER_SLEEPS) === 1) Atomics.notify(words, control.JOBS_LEFT);
}

/** Takes a job; undefined if none is left. */
function take(words: Int32Array): number | undefined {
  for (;;) {
    const left = Atomics.load(words, control.JOBS_LEFT);
    if (left === 0) return undefined;
    if (Atomics.compareExchange(words, control.JOBS_LEFT, left, left - 1) === left) {
      words[control.STATES + left - 1] = control.DONE;
      return left - 1;
    }
  }
}

/** How the main thread waits for its helper, and how much time that has cost. */
interface Waiting {
  /** Waits for a job that the helper has taken; false if that takes much longer than the main thread's own jobs. */
  isDone(job: number, started: number): boolean;
  /** Whether the helper is useful at present. */
  isWorthIt(time: number): boolean;
}

function createWaiting(words: Int32Array, now: () => number, patienceMilliseconds: number): Waiting {
  const maySleep = isAllowedToWait(words);
  let aloneUntil = 0;
  let loss = 0;

  function noteWait(waited: number, own: number): void {
    loss = Math.max(0, loss + waited - own);
    if (loss < TOLERABLE_MILLISECONDS) return;
    aloneUntil = now() + TIMES_ALONE * loss;
    loss = 0;
  }

  return {
    isDone(job, started) {
      const word = control.STATES + job;
      let since = 0;
      for (let looks = 1; Atomics.load(words, word) === control.PENDING; looks++) {
        // Reading the clock costs as much as reading the word many times.
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
    },
    isWorthIt: (time) => time >= aloneUntil,
  };
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
