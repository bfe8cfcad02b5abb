/** The allocator of tfjs's heap. */
export interface Allocator {
  readonly _malloc: (bytes: number) => number;
  _free: (address: number) => void;
}

/** Working memory, which one kernel uses after the other. */
export interface Scratch {
  /** The address of at least this many bytes, 64-byte aligned. */
  take(bytes: number): number;
  /** Until a lost helper has ended, memory to which it may still write is not used again, even if it is freed. */
  keepUntil(ended: Promise<void>): void;
  free(): void;
}

export function createScratch(allocator: Allocator): Scratch {
  let [block, capacity] = [0, 0];

  function free(): void {
    if (block !== 0) allocator._free(block);
    [block, capacity] = [0, 0];
  }

  return {
    take(bytes) {
      if (bytes > capacity) {
        free();
        // addresses above 2 GB come out negative
        block = allocator._malloc(bytes + 64) >>> 0;
        if (block === 0) throw new Error(`tfjs's wasm heap has no ${bytes} bytes left for a kernel.`);
        capacity = bytes;
      }
      return ((block + 63) & ~63) >>> 0;
    },
    keepUntil(ended) {
      const { _free } = allocator;
      const kept = block === 0 ? [] : [block];
      [block, capacity] = [0, 0];
      allocator._free = (address) => void kept.push(address);
      void ended.then(() => {
        allocator._free = _free;
        for (const address of kept) _free(address);
      });
    },
    free,
  };
}
