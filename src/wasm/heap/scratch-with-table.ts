import type { Heap } from './heap.js';

/** The size in bytes of the constants that exp and similar functions read: src/wasm/assembly/table.ts. */
const TABLE = 192;

/** Scratch memory for one kernel: the constants, followed by this many bytes. */
export function scratchWithTable(heap: Heap, bytes = 0): { readonly table: number; readonly scratch: number } {
  const table = heap.scratch(TABLE + bytes);
  heap.run.writeTable({ table });
  return { table, scratch: table + TABLE };
}
