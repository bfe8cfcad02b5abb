import { moduleCalls, wordsOfProduct } from './module-calls.generated.js';
import { compileModule, instantiate, NARROW, type ModuleParts } from './module.js';

/** Products of these sizes use every tile, its edges, and sums in several blocks. */
const SIZES = [
  [4, 16, 40],
  [7, 45, 9],
  [9, 24, 1300],
] as const;
/** The largest accepted difference between fused sums and others; the sums are about 1. */
const TOLERANCE = 1e-5;

/** Whether some products of the module equal those with narrow tiles: bit for bit, or within the tolerance if they are fused. */
export function agrees(parts: ModuleParts, isFused: boolean): boolean {
  const [own, narrow] = [parts, compileModule(NARROW, false)].map(products) as [number[], number[]];
  return own.every((x, i) => (isFused ? Math.abs(x - narrow[i]!) <= TOLERANCE : Object.is(x, narrow[i])));
}

/** Products whose sums are about 1: plain ones, and some with bias, relu and transposed factors. */
function products(parts: ModuleParts): number[] {
  const memory = new WebAssembly.Memory({ initial: 16, maximum: 65536 });
  const { multiply } = moduleCalls(instantiate(parts, memory));
  const heap = new Float32Array(memory.buffer);
  const [a, b, bias, c, record, scratch] = [0, 65_536, 196_608, 200_704, 258_048, 262_144];
  const results: number[] = [];
  for (const [rows, columns, inner] of SIZES) {
    for (let i = 0; i < c / 4; i++) heap[i] = (((i * 2654435761) % 1013) / 506.5 - 1) / Math.sqrt(Math.sqrt(inner));
    for (const isPlain of [true, false]) {
      const words = wordsOfProduct({
        count: 1,
        rows,
        columns,
        inner,
        a: isPlain ? { at: a, row: inner, column: 1, next: 0 } : { at: a, row: 1, column: rows, next: 0 },
        b: isPlain ? { at: b, row: columns, column: 1, next: 0 } : { at: b, row: 1, column: inner, next: 0 },
        c: { at: c, row: columns, column: 1, next: 0 },
      });
      new Int32Array(memory.buffer).set(words, record / 4);
      multiply({ product: record, bias: isPlain ? 0 : bias, negativeSlope: isPlain ? 1 : 0, scratch });
      results.push(...heap.subarray(c / 4, c / 4 + rows * columns));
    }
  }
  return results;
}
