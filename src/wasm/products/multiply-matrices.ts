import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Heap } from '../heap/heap.js';
import { roundUp, shares, split } from '../heap/jobs.js';

/** A factor of {@link multiplyMatrices}: the distances between its rows, its columns, and the matrices of a batch, in numbers. */
export interface Factor {
  readonly x: TensorInfo;
  readonly row: number;
  readonly column: number;
  readonly next: number;
}

/** Products of `count` matrices, `rows` x `inner` times `inner` x `columns`. */
export interface Product {
  readonly count: number;
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  readonly a: Factor;
  readonly b: Factor;
  /** One number for each column, added to the sums. */
  readonly bias?: TensorInfo | undefined;
  /** The factor by which negative sums are finally multiplied; 1 without an activation. */
  readonly slope?: number;
}

/** The strides of a matrix with contiguous rows, or of its transpose. */
export function factor(x: TensorInfo, isTransposed: boolean, next = 0): Factor {
  const length = x.shape[x.shape.length - 1]!;
  return isTransposed ? { x, row: 1, column: length, next } : { x, row: length, column: 1, next };
}

/** With fewer multiplications, a second job costs more than it saves. */
const WORTH_DIVIDING = 2 ** 17;

/** With at most this many rows, b is not packed. */
const FEW_ROWS = 3;

/** Multiplies on the heap into `c`, whose matrices are contiguous. */
export function multiplyMatrices(heap: Heap, product: Product, c: TensorInfo): void {
  const { count, rows, inner, columns, a, b, bias, slope = 1 } = product;
  if (count === 1 && rows <= FEW_ROWS && b.column === 1) return multiplyFewRows(heap, product, c);
  const parts = shares(heap.threads(), count * rows * inner * columns, WORTH_DIVIDING);
  // the matrices are divided among jobs or, if there is only one, its longer side
  const [byMatrix, byColumn] = [count > 1, count === 1 && columns > rows];
  const ranges = byMatrix ? split(count, parts) : byColumn ? split(columns, parts, 8) : split(rows, parts, 4);
  const longest = ranges[0]!.count;
  const mostRows = byMatrix || byColumn ? rows : longest;
  const bytes = roundUp(heap.run.multiplyScratch({ rows: mostRows, columns: byColumn ? longest : columns, inner }), 64);
  const scratch = heap.scratch(bytes * ranges.length);
  const [aAddress, bAddress, cAddress] = [heap.addressOf(a.x), heap.addressOf(b.x), heap.addressOf(c)];
  const biasAddress = bias === undefined ? 0 : heap.addressOf(bias);
  const jobs = ranges.map(({ begin, count: length }, i) => {
    const matrix = byMatrix ? begin : 0;
    const column = byColumn ? begin : 0;
    const row = byMatrix || byColumn ? 0 : begin;
    return {
      count: byMatrix ? length : count,
      rows: byMatrix || byColumn ? rows : length,
      columns: byColumn ? length : columns,
      inner,
      a: aAddress + 4 * (matrix * a.next + row * a.row),
      aRow: a.row,
      aColumn: a.column,
      aNext: a.next,
      b: bAddress + 4 * (matrix * b.next + column * b.column),
      bRow: b.row,
      bColumn: b.column,
      bNext: b.next,
      c: cAddress + 4 * (matrix * rows * columns + row * columns + column),
      cRow: columns,
      cNext: rows * columns,
      bias: biasAddress === 0 ? 0 : biasAddress + 4 * column,
      slope,
      scratch: scratch + i * bytes,
    };
  });
  heap.runAll('multiply', jobs);
}

function multiplyFewRows(heap: Heap, { rows, inner, columns, a, b, bias, slope = 1 }: Product, c: TensorInfo): void {
  const [aAddress, bAddress, cAddress] = [heap.addressOf(a.x), heap.addressOf(b.x), heap.addressOf(c)];
  const biasAddress = bias === undefined ? 0 : heap.addressOf(bias);
  const parts = shares(heap.threads(), rows * inner * columns, WORTH_DIVIDING);
  // whole cache lines
  const jobs = split(columns, parts, 16).map(({ begin, count }) => ({
    rows,
    columns: count,
    inner,
    a: aAddress,
    aRow: a.row,
    aColumn: a.column,
    b: bAddress + 4 * begin,
    bRow: b.row,
    c: cAddress + 4 * begin,
    cRow: columns,
    bias: biasAddress === 0 ? 0 : biasAddress + 4 * begin,
    slope,
  }));
  heap.runAll('multiplyFewRows', jobs);
}
