import type { Heap } from './heap.js';

/** Bytes of the constants that exp and its kind read: src/wasm/assembly/table.ts. */
const TABLE = 192;

/** Scratch memory for one kernel: the constants, and behind them so many bytes. */
export function scratchWithTable(heap: Heap, bytes = 0): { readonly table: number; readonly scratch: number } {
  const table = heap.scratch(TABLE + bytes);
  heap.run.writeTable({ table });
  return { table, scratch: table + TABLE };
}
