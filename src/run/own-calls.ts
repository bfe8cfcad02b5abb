import * as tf from '@tensorflow/tfjs-core';

/** Follows the functions that a run waits for through their awaits; undefined in a page, where nothing tells who calls. */
export function followCalls() {
  const hooks = globalThis.process?.getBuiltinModule?.('node:async_hooks');
  return hooks && new hooks.AsyncLocalStorage<true>();
}

/** Makes the function that waits for the end of a run, or, for a caller that the run may itself wait for, until it computes nothing. */
export function waitForEnd(ownCalls: ReturnType<typeof followCalls>) {
  return <T>(end: Promise<T>, snapshot: () => T): Promise<T> => {
    if (ownCalls && !ownCalls.getStore()) return end;
    const waited = settledOrIdle(end).then(snapshot);
    // the first call of `start` reports the error of a failure
    waited.catch(() => undefined);
    return waited;
  };
}

/** Resolves once the work is settled, or once tfjs has computed nothing for a second: the work may wait for the caller itself. */
async function settledOrIdle(work: Promise<unknown>): Promise<void> {
  const settled = work.then(() => true);
  let before: number;
  do before = tf.engine().state.nextScopeId;
  while (!(await Promise.race([settled, pause()])) && tf.engine().state.nextScopeId !== before);
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1000));
}
