import { checkFunction } from '../tensor/plain-checks.js';
import { wrongKind } from '../tensor/errors.js';
import type { Run } from './create-run.js';
import type { RunCall } from './messages.js';
import type { RunSnapshot } from './snapshot.js';
import { reportUncaught } from './store.js';

/** A run for {@link serveRun}, with a function that frees its memory. */
export interface ServedRun<N extends string = string> extends Run<N> {
  /**
   * Called after the run has stopped for good: when the page requests another run, or disconnects. It may be async; the next run is
   * made after it. An error is reported by the platform as an uncaught error.
   */
  readonly dispose?: (() => unknown) | undefined;
}

/** The run of a page, until the page requests another one or disconnects. */
export interface PageRun {
  /** Resolves once the run is made, or if it ended before that; rejects with the error of `make`. */
  readonly made: Promise<unknown>;
  /** Starts or stops the run, once it is made; resolves when the start or stop has ended. */
  call(call: RunCall): Promise<unknown>;
  /** Stops the run, or does not make it; resolves once it is disposed, and never rejects. */
  end(): Promise<void>;
}

/** Makes a run as soon as `before` is settled. */
export function createPageRun(
  before: Promise<unknown>,
  make: () => ServedRun | Promise<ServedRun>,
  onSnapshot: (snapshot: RunSnapshot) => void,
): PageRun {
  let isOver = false;
  let unsubscribe: (() => void) | undefined;
  const calls = new Set<Promise<unknown>>();

  const made = before.then(async () => {
    if (isOver) return undefined;
    const run = await make();
    checkRun(run);
    if (!isOver) unsubscribe = run.subscribe(onSnapshot);
    return run;
  });

  return {
    made,
    call: ({ kind, options }) => {
      const end = made.then((run) => (isOver ? undefined : run?.[kind](options)));
      const forget = (): void => void calls.delete(end);
      calls.add(end);
      end.then(forget, forget);
      return end;
    },
    async end() {
      isOver = true;
      const run = await made.catch(() => undefined);
      try {
        await run?.stop();
        // these ends are posted before the next run
        await Promise.allSettled(calls);
        unsubscribe?.();
        await run?.dispose?.();
      } catch (error) {
        reportUncaught(error);
      }
    },
  };
}

function checkRun(run: unknown): void {
  const { subscribe, start, stop, dispose } = (run ?? {}) as Partial<ServedRun>;
  if ([subscribe, start, stop].some((method) => typeof method !== 'function')) {
    const fix = 'Return createRun(...), with a `dispose` if something has to be freed.';
    throw wrongKind('serveRun', 'make', 'must return a run', { got: run, fix });
  }
  if (dispose !== undefined) checkFunction('serveRun', 'make(...).dispose', dispose);
}
