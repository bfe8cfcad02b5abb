import * as tf from '@tensorflow/tfjs-core';

/** Follows the functions that a run waits for through their awaits; undefined in a page, where nothing tells who calls. */
export function followCalls() {
  const hooks = globalThis.process?.getBuiltinModule?.('node:async_hooks');
  return hooks && new hooks.AsyncLocalStorage<true>();
}

/** Resolves once the work is settled, or once tfjs has computed nothing for a second: the work may wait for the caller itself. */
export async function settledOrIdle(work: Promise<unknown>): Promise<void> {
  const settled = work.then(() => true);
  let before: number;
  do before = tf.engine().state.nextScopeId;
  while (!(await Promise.race([settled, pause()])) && tf.engine().state.nextScopeId !== before);
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1000));
}
