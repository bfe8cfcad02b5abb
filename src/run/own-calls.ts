import * as tf from '@tensorflow/tfjs-core';

/** Tells the calls of functions that a run waits for from all other calls. */
export interface OwnCalls {
  /** Trains, by calling such functions. */
  during<T>(work: () => T): T;
  /** Whether such a function is calling, also after its awaits; undefined in a page, where nothing tells. */
  isOwn(): boolean | undefined;
}

export function createOwnCalls(): OwnCalls {
  const hooks = globalThis.process?.getBuiltinModule?.('node:async_hooks');
  if (hooks === undefined) return { during: (work) => work(), isOwn: () => undefined };
  const calls = new hooks.AsyncLocalStorage<true>();
  return { during: (work) => calls.run(true, work), isOwn: () => calls.getStore() === true };
}

/** How long, in milliseconds, nothing is computed before {@link settledOrIdle} takes the work to be waiting for its caller. */
const IDLE = 1000;

/** Resolves once the work is settled, or once tfjs has computed nothing for a second: the work may wait for the caller itself. */
export async function settledOrIdle(work: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setInterval> | undefined;
  const computed = (): number => tf.engine().state.nextScopeId;
  let before = computed();
  const idle = new Promise<void>((resolve) => {
    timer = setInterval(() => (computed() === before ? resolve() : (before = computed())), IDLE);
  });
  // whoever started the work receives its error
  await Promise.race([work.then(undefined, () => undefined), idle]);
  clearInterval(timer);
}
