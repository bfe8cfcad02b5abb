/**
 * Says that there are too few free processors for so many threads: from the load of the last minute, where the system tells it, or because
 * the other threads were left out just now. Undefined if nothing is known.
 */
export function busyProcessors(threads: number, isPaused: boolean): string | undefined {
  if (threads === 1) return undefined;
  const little = 'more than one thread gains little';
  if (isPaused) return `other programs use the processors, so ${little}`;
  const system = globalThis.process?.getBuiltinModule?.('node:os');
  if (system === undefined) return undefined;
  const [load, processors] = [system.loadavg()[0]!, system.availableParallelism()];
  // the program itself may have been at work
  if (load < processors - threads + 1) return undefined;
  return `the load of the last minute was ${load.toFixed(1)} on ${processors} processors, so ${little}`;
}
