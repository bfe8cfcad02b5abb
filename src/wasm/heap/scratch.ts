/** The allocator of tfjs's heap. */
export interface Allocator {
  _malloc: (bytes: number) => number;
  _free: (address: number) => void;
}

/** Working memory that kernels use in turn. */
export interface Scratch {
  /** The address of at least this many bytes, 64-byte aligned. */
  take(bytes: number): number;
  /** Keeps memory to which lost helpers may still write from being used again, even after it is freed, until they have ended. */
  keepUntil(ended: Promise<unknown>): void;
  free(): void;
}

export function createScratch(allocator: Allocator): Scratch {
  let [block, capacity] = [0, 0];
  /** How many promises `kept` waits for, and the allocator's own function in the meantime. */
  let waitedFor = 0;
  let freeNow = allocator._free;
  const kept: number[] = [];

  function free(): void {
    if (block !== 0) allocator._free(block);
    [block, capacity] = [0, 0];
  }

  return {
    take(bytes) {
      if (bytes > capacity) {
        free();
        // the allocator returns addresses above 2 GB as negative numbers
        block = allocator._malloc(bytes + 64) >>> 0;
        if (block === 0) throw new Error(`tfjs's wasm heap has no ${bytes} bytes left for a kernel.`);
        capacity = bytes;
      }
      return ((block + 63) & ~63) >>> 0;
    },
    keepUntil(ended) {
      if (waitedFor++ === 0) {
        freeNow = allocator._free;
        allocator._free = (address) => void kept.push(address);
      }
      free();
      void ended.then(() => {
        if (--waitedFor > 0) return;
        allocator._free = freeNow;
        for (const address of kept.splice(0)) freeNow(address);
      });
    },
    free,
  };
}
