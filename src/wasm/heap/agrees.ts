import { moduleCalls } from './module-calls.generated.js';
import { compileModule, instantiate, NARROW, type Tiles } from './module.js';

/** Products of these sizes reach every tile, its edges, and sums in several blocks. */
const SIZES = [
  [4, 16, 40],
  [7, 45, 9],
  [9, 24, 1300],
] as const;
/** The largest relative difference between fused sums and others. */
const TOLERANCE = 1e-4;

/** Whether some products with these tiles are those of the narrow ones, bit for bit unless they are fused. */
export function agrees(tiles: Tiles): boolean {
  const [own, narrow] = [tiles, NARROW].map(products) as [Float32Array, Float32Array];
  return own.every((x, i) => {
    const y = narrow[i]!;
    return tiles.isFused ? Math.abs(x - y) <= TOLERANCE : Object.is(x, y);
  });
}

/** Products of numbers between -1 and 1, divided by the root of the length of their sums: plain, and with bias, relu and a transposed factor. */
function products(tiles: Tiles): Float32Array {
  const memory = new WebAssembly.Memory({ initial: 16, maximum: 65536 });
  const { multiply } = moduleCalls(instantiate(compileModule(tiles, false), memory));
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
  return Float32Array.from(results);
}
