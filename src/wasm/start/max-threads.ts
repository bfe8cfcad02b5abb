import { MAXIMUM_HELPERS } from '../threads/control.js';

/** The most threads that the control block has room for. */
const MAXIMUM_THREADS = 1 + MAXIMUM_HELPERS;

/**
 * How many of the requested threads can be used here, whatever the backend, and the reason if there are fewer, or only one. With one
 * processor it is one. With several processors, a request for more threads than processors is granted.
 */
export function maxThreads(asked: number): { readonly threads: number; readonly reason?: string | undefined } {
  if (asked === 1) return { threads: 1, reason: 'one thread was asked for' };
  if ((globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated === false) {
    const reason = 'the page is not cross-origin isolated (headers COOP and COEP), so threads cannot share memory';
    return { threads: 1, reason };
  }
  if (typeof SharedArrayBuffer !== 'function') return { threads: 1, reason: 'there is no SharedArrayBuffer here' };
  if (processors() === 1) return { threads: 1, reason: 'there is one processor' };
  if (asked > MAXIMUM_THREADS) {
    return { threads: MAXIMUM_THREADS, reason: `more than ${MAXIMUM_THREADS} threads are never used` };
  }
  return { threads: asked };
}

/** How many processors this program may use. */
function processors(): number {
  const system = globalThis.process?.getBuiltinModule?.('node:os');
  return system?.availableParallelism() ?? globalThis.navigator?.hardwareConcurrency ?? 1;
}
