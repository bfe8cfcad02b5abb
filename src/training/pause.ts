import { nextTask } from './next-task.js';

/** One frame at sixty frames a second, in milliseconds. */
const FRAME = 16;

/** Options of {@link createPause}. */
export interface PauseOptions {
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds of work between two tasks of the event loop. */
  readonly yieldAfter?: number | undefined;
  readonly now?: (() => number) | undefined;
}

/** Waits for a task of the event loop once enough time has passed; throws the signal's reason once it is aborted. */
export type Pause = () => Promise<void>;

/** Makes the pause between two pieces of work. */
export function createPause({ signal, yieldAfter = FRAME, now = () => performance.now() }: PauseOptions = {}): Pause {
  let resumed = now();
  return async () => {
    if (now() - resumed >= yieldAfter) {
      await nextTask();
      resumed = now();
    }
    if (signal?.aborted) throw signal.reason;
  };
}

/** Work in pieces: each ends at a `yield`, where the event loop may run. */
export type Pieces<T> = Generator<undefined, T>;

/** Does the work with pauses between its pieces; rejects with the signal's reason once it is aborted. */
export async function withPauses<T>(work: Pieces<T>, signal?: AbortSignal): Promise<T> {
  const pause = createPause({ signal });
  let step;
  do {
    await pause();
    step = work.next();
  } while (!step.done);
  return step.value;
}

/** Does the work without pauses. */
export function atOnce<T>(work: Pieces<T>): T {
  let step = work.next();
  while (!step.done) step = work.next();
  return step.value;
}
