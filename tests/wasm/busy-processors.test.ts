import { afterEach, expect, it, vi } from 'vitest';
import { busyProcessors } from '../../src/wasm/start/busy-processors.js';

afterEach(() => {
  vi.restoreAllMocks();
});

const onMachine = (processors: number, load: number): void => {
  const system = { availableParallelism: () => processors, loadavg: () => [load, 0, 0] };
  vi.spyOn(process, 'getBuiltinModule').mockReturnValue(system);
};

it.each([
  // processors, load, threads, whether that is too much
  [2, 0.4, 2, false],
  [2, 1.2, 2, true],
  [2, 5, 1, false],
  [8, 1.2, 2, false],
  [8, 6.5, 2, false],
  [8, 7, 2, true],
  [8, 4, 6, true],
])('%d processors with a load of %d are busy for %d threads: %s', (processors, load, threads, isBusy) => {
  onMachine(processors, load);
  const expected = `the load of the last minute was ${load.toFixed(1)} on ${processors} processors, so more than one thread gains little`;
  expect(busyProcessors(threads, false)).toBe(isBusy ? expected : undefined);
});

it('says so where the other threads are left out, and nothing where the system tells nothing', () => {
  vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined);
  expect(busyProcessors(2, false)).toBeUndefined();
  expect(busyProcessors(2, true)).toBe('other programs use the processors, so more than one thread gains little');
});
