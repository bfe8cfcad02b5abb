import * as control from './control.js';
import { createHelperGroup } from './helper-group.js';
import type { Helper } from './helper.js';
import type { HelperParts } from './helper-program.js';
import { createWaiting, type Region } from './waiting.js';

/** Functions by their names; each takes a job of its kind. */
export type JobFunctions<Jobs, Result> = { readonly [Name in keyof Jobs]: (job: Jobs[Name]) => Result };

export interface PoolOptions<Jobs> {
  /** Threads that may still be starting, `MAXIMUM_HELPERS` at most. */
  readonly helpers: readonly Promise<Helper>[];
  /** The parts from which each helper makes its own instance of the module. */
  readonly parts: HelperParts;
  readonly memory: WebAssembly.Memory;
  /** The functions of the main thread's own instance of the module. */
  readonly calls: JobFunctions<Jobs, unknown>;
  /** The functions' names in a helper's instance of the module, in the order of `calls`. */
  readonly names: readonly string[];
  /** The numbers of each function's jobs, in the order in which a helper's instance of the module takes them. */
  readonly argumentsOf: JobFunctions<Jobs, readonly (number | boolean)[]>;
  /** Called when helpers are abandoned during a job, with the promise that resolves when they no longer run. */
  readonly onLost: (ended: Promise<unknown>) => void;
  /** The clock, in milliseconds; `performance.now` by default. */
  readonly now?: (() => number) | undefined;
}

/** The main thread and its helpers. */
export interface Pool<Jobs> {
  /** Runs a function once for each job, and returns when all are done. */
  run<Name extends keyof Jobs>(name: Name, jobs: readonly Jobs[Name][]): void;
  /** How many threads there are now: the main thread, and the helpers that have not been lost. */
  threads(): number;
  /** Why there are fewer threads than requested; undefined if there are not. */
  failure(): string | undefined;
  /** Whether the main thread works without them for a while, since other programs use their processors. */
  isPaused(): boolean;
  /** Ends the helpers; the main thread continues without them. */
  stop(): void;
}

/**
 * Starts the helpers on the memory; resolves once each is ready for jobs or has failed to start. Threads communicate as described in
 * control.ts.
 */
export async function createPool<Jobs>(options: PoolOptions<Jobs>): Promise<Pool<Jobs>> {
  const { helpers, parts, memory, calls, names, argumentsOf, onLost } = options;
  const now = options.now ?? (() => performance.now());
  const shared = new SharedArrayBuffer(control.CONTROL_BYTES);
  const words = new Int32Array(shared);
  const numbers = new Float64Array(shared, control.BYTES_BEFORE_NUMBERS);
  const places = new Map(Object.keys(calls).map((name, i) => [name as keyof Jobs, i]));
  const waiting = createWaiting(words, now);
  const group = await createHelperGroup(helpers, { ...parts, memory, control: shared, names }, waiting, onLost);

  return Object.freeze({
    run<Name extends keyof Jobs>(name: Name, jobs: readonly Jobs[Name][]) {
      const call = calls[name];
      const isOneThreaded = group.size() === 0 || jobs.length < 2 || jobs.length > control.MAXIMUM_JOBS;
      const started = isOneThreaded ? 0 : now();
      if (isOneThreaded || !waiting.isWorthIt(started)) {
        for (const job of jobs) call(job);
        return;
      }
      const width = publish(words, numbers, places.get(name)!, jobs.map(argumentsOf[name]));
      wake(words, jobs.length - 1, group.size());
      const region: Region = { started, jobs: jobs.length, own: 0, worked: 0 };
      try {
        for (let job: number | undefined = jobs.length - 1; job !== undefined; job = take(words)) {
          region.own++;
          numbers[job * width] = 0;
          call(jobs[job]!);
        }
        region.worked = now() - started;
      } catch (error) {
        // Start no further job, and wait for the jobs that have started: the caller may free their memory.
        Atomics.store(words, control.JOBS_LEFT, 0);
        group.settle(region);
        throw error;
      }
      const failed = group.settle(region);
      if (failed.length > 0) return failed.forEach((job) => void call(jobs[job]!));
      let helped = 0;
      for (let job = 0; job < jobs.length; job++) helped += numbers[job * width]!;
      waiting.note(region, helped);
    },
    threads: () => group.size() + 1,
    failure: group.failure,
    isPaused: () => !waiting.isWorthIt(now()),
    stop: group.stop,
  });
}

/** Offers all jobs except the last, which the main thread keeps: it always has a job to do before it waits. */
function publish(
  words: Int32Array,
  numbers: Float64Array,
  place: number,
  jobs: readonly (readonly (number | boolean)[])[],
): number {
  const width = jobs[0]!.length;
  words[control.FUNCTION] = place;
  words[control.WIDTH] = width;
  jobs.forEach((job, i) => {
    for (let k = 0; k < width; k++) numbers[i * width + k] = Number(job[k]);
  });
  // This store makes all those above visible to the helpers.
  Atomics.store(words, control.JOBS_LEFT, jobs.length - 1);
  return width;
}

/** Wakes as many helpers as there are jobs beyond those for the helpers that are awake. */
function wake(words: Int32Array, jobs: number, helpers: number): void {
  const sleeping = Atomics.load(words, control.SLEEPING_HELPERS);
  const needed = jobs - (helpers - sleeping);
  if (sleeping > 0 && needed > 0) Atomics.notify(words, control.JOBS_LEFT, needed);
}

/** Takes a job; undefined if none is left. */
function take(words: Int32Array): number | undefined {
  for (;;) {
    const left = Atomics.load(words, control.JOBS_LEFT);
    if (left === 0) return undefined;
    if (Atomics.compareExchange(words, control.JOBS_LEFT, left, left - 1) === left) return left - 1;
  }
}
