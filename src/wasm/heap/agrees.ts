import { moduleCalls } from './module-calls.generated.js';
import { compileModule, instantiate, NARROW, type ModuleParts } from './module.js';

/** Products of these sizes reach every tile, its edges, and sums in several blocks. */
const SIZES = [
  [4, 16, 40],
  [7, 45, 9],
  [9, 24, 1300],
] as const;
/** The largest difference between fused sums, of about 1, and others. */
const TOLERANCE = 1e-5;

/** Whether some products of the module are those with narrow tiles, bit for bit unless they are fused. */
export function agrees(parts: ModuleParts, isFused: boolean): boolean {
  const [own, narrow] = [parts, compileModule(NARROW, false)].map(products) as [number[], number[]];
  return own.every((x, i) => (isFused ? Math.abs(x - narrow[i]!) <= TOLERANCE : Object.is(x, narrow[i])));
}

/** Products of numbers that make sums of about 1: plain ones, and with bias, relu and transposed factors. */
function products(parts: ModuleParts): number[] {
  const memory = new WebAssembly.Memory({ initial: 16, maximum: 65536 });
  const { multiply } = moduleCalls(instantiate(parts, memory));
  const heap = new Float32Array(memory.buffer);
  const [a, b, bias, c, scratch] = [0, 65_536, 196_608, 200_704, 262_144];
  const results: number[] = [];
  for (const [rows, columns, inner] of SIZES) {
    for (let i = 0; i < c / 4; i++) heap[i] = (((i * 2654435761) % 1013) / 506.5 - 1) / Math.sqrt(Math.sqrt(inner));
    for (const isPlain of [true, false]) {
      multiply({
        count: 1,
        rows,
        columns,
        inner,
        a,
        aRow: isPlain ? inner : 1,
        aColumn: isPlain ? 1 : rows,
        aNext: 0,
        b,
        bRow: isPlain ? columns : 1,
        bColumn: isPlain ? 1 : inner,
        bNext: 0,
        c,
        cRow: columns,
        cNext: 0,
        bias: isPlain ? 0 : bias,
        slope: isPlain ? 1 : 0,
        scratch,
      });
      results.push(...heap.subarray(c / 4, c / 4 + rows * columns));
    }
  }
  return results;
}
