import { describe, expect, it } from 'vitest';
import { createScratch, type Allocator } from '../../src/wasm/heap/scratch.js';

describe('scratch memory', () => {
  it('is kept, like all that is freed meanwhile, until the last lost helper has ended', async () => {
    let next = 64;
    const freed: number[] = [];
    const allocator: Allocator = {
      _malloc: (bytes) => (next += bytes) - bytes,
      _free: (address) => void freed.push(address),
    };
    const { _free } = allocator;
    const scratch = createScratch(allocator);
    const ends: (() => void)[] = [];
    const lose = (): void => scratch.keepUntil(new Promise<void>((resolve) => ends.push(resolve)));

    const first = scratch.take(64);
    lose();
    const second = scratch.take(64);
    expect(second).not.toBe(first);
    lose();
    expect([first, second]).not.toContain(scratch.take(64));
    allocator._free(5);
    ends[0]!();
    await Promise.resolve();
    expect(freed).toEqual([]);
    expect(allocator._free).not.toBe(_free);
    ends[1]!();
    await Promise.resolve();
    expect(freed).toEqual([first, second, 5]);
    expect(allocator._free).toBe(_free);
  });
});
