import { afterEach, describe, expect, it, vi } from 'vitest';
import { maxThreads } from '../../src/wasm/start/max-threads.js';

afterEach(() => vi.restoreAllMocks());

describe('the number of threads', () => {
  it.each([
    [1, 16, { threads: 1, reason: 'one thread was asked for' }],
    [2, 1, { threads: 1, reason: 'there is one processor' }],
    [8, 3, { threads: 8 }],
    [3, 3, { threads: 3 }],
    [16, 64, { threads: 16 }],
    [17, 64, { threads: 16, reason: 'more than 16 threads are never used' }],
  ])(
    'where %i are asked for and there are %i processors is what was asked for, or the report says why not',
    (asked, present, expected) => {
      vi.spyOn(process.getBuiltinModule('node:os'), 'availableParallelism').mockReturnValue(present);
      expect(maxThreads(asked)).toEqual(expected);
    },
  );
});
