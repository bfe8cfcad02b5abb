/** Why no second thread can be used here, whatever the backend; undefined if one can. */
export function whyOneThread(threads: number): string | undefined {
  if (threads === 1) return 'one thread was asked for';
  if ((globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated === false) {
    return 'the page is not cross-origin isolated (headers COOP and COEP), so threads cannot share memory';
  }
  if (typeof SharedArrayBuffer !== 'function') return 'there is no SharedArrayBuffer here';
  if (processors() === 1) return 'there is one processor';
  return undefined;
}

/** How many processors this program may use. */
function processors(): number {
  const system = globalThis.process?.getBuiltinModule?.('node:os');
  return system?.availableParallelism() ?? globalThis.navigator?.hardwareConcurrency ?? 1;
}
