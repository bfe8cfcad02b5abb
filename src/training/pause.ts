import { nextTask, workedFor } from './next-task.js';

/** One frame at sixty frames a second, in milliseconds. */
export const FRAME = 16;

/** Options of {@link createPause}. */
export interface PauseOptions {
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds of work between two tasks of the event loop. */
  readonly yieldAfter?: number | undefined;
}

/** Does a piece of work, after a pause if the process has worked for long enough; rejects with the signal's reason once it is aborted. */
export type AfterPause = <T>(work: () => T) => Promise<T>;

/**
 * Makes pauses between pieces of work: the event loop runs after `yieldAfter` milliseconds of work, counting all work of the process. A piece
 * begins in the same task in which the time is read; otherwise, several callers could read it and then all begin.
 */
export function createPause({ signal, yieldAfter = FRAME }: PauseOptions = {}): AfterPause {
  return async (work) => {
    if (workedFor() >= yieldAfter) {
      await nextTask(signal);
      workedFor();
    }
    if (signal?.aborted) throw signal.reason;
    return work();
  };
}

/** Work in pieces: each ends at a `yield`, where the event loop may run. */
export type Pieces<T> = Generator<unknown, T>;

/** Does the work with pauses between its pieces; rejects with the signal's reason once it is aborted. */
export async function withPauses<T>(work: Pieces<T>, signal?: AbortSignal): Promise<T> {
  const afterPause = createPause({ signal });
  let step;
  do {
    step = await afterPause(() => work.next());
  } while (!step.done);
  return step.value;
}

/** Does the work without pauses. */
export function atOnce<T>(work: Pieces<T>): T {
  let step = work.next();
  while (!step.done) step = work.next();
  return step.value;
}
