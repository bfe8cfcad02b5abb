import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Heap } from '../heap/heap.js';
import { roundUp, shares, split } from '../heap/jobs.js';
import { wordsOfProduct } from '../heap/module-calls.generated.js';

/** A factor of {@link multiplyMatrices}: the distances between its rows, its columns, and the matrices of a batch, in numbers. */
export interface Factor {
  readonly x: TensorInfo;
  readonly row: number;
  readonly column: number;
  readonly next: number;
}

/** Products of `count` matrices, `rows` x `inner` times `inner` x `columns`. */
export interface TensorProduct {
  readonly count: number;
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  readonly a: Factor;
  readonly b: Factor;
  /** One number for each column, added to the sums. */
  readonly bias?: TensorInfo | undefined;
  /** The factor by which negative sums are multiplied at the end; 1 for no activation. */
  readonly negativeSlope?: number;
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
/** The numbers of a cache line. */
const LINE = 16;

/** Multiplies on the heap and writes into `c`, whose matrices are contiguous. */
export function multiplyMatrices(heap: Heap, product: TensorProduct, c: TensorInfo): void {
  const { count, rows, inner, columns, a, b, bias, negativeSlope = 1 } = product;
  const isOfFew = count === 1 && rows <= FEW_ROWS && b.column === 1;
  const parts = shares(heap.threads(), count * rows * inner * columns, WORTH_DIVIDING);
  // the jobs divide the matrices or, if there is only one, its longer side
  const [byMatrix, byColumn] = [count > 1, count === 1 && (isOfFew || columns > rows)];
  const byRow = !byMatrix && !byColumn;
  const ranges = byMatrix
    ? split(count, parts)
    : byColumn
      ? split(columns, parts, isOfFew ? LINE : 8)
      : split(rows, parts, 4);
  const [aAddress, bAddress, cAddress] = [heap.addressOf(a.x), heap.addressOf(b.x), heap.addressOf(c)];
  const records = ranges.map(({ begin, count: length }) => {
    const [matrix, column, row] = [byMatrix ? begin : 0, byColumn ? begin : 0, byRow ? begin : 0];
    return wordsOfProduct({
      count: byMatrix ? length : 1,
      rows: byRow ? length : rows,
      columns: byColumn ? length : columns,
      inner,
      a: { at: aAddress + 4 * (matrix * a.next + row * a.row), row: a.row, column: a.column, next: a.next },
      b: { at: bAddress + 4 * (matrix * b.next + column * b.column), row: b.row, column: b.column, next: b.next },
      c: {
        at: cAddress + 4 * ((matrix * rows + row) * columns + column),
        row: columns,
        column: 1,
        next: rows * columns,
      },
    });
  });
  const longest = ranges[0]!.count;
  const [mostRows, mostColumns] = [byRow ? longest : rows, byColumn ? longest : columns];
  const recordBytes = roundUp(4 * records[0]!.length, 64);
  const own = isOfFew ? 0 : roundUp(heap.run.multiplyScratch({ rows: mostRows, columns: mostColumns, inner }), 64);
  const space = heap.scratch((recordBytes + own) * ranges.length);
  const biasAddress = bias === undefined ? 0 : heap.addressOf(bias);
  const jobs = ranges.map(({ begin }, i) => {
    const at = space + (recordBytes + own) * i;
    heap.write(at, records[i]!);
    const biases = bias !== undefined && byColumn ? biasAddress + 4 * begin : biasAddress;
    return { product: at, bias: biases, negativeSlope, scratch: at + recordBytes };
  });
  heap.runAll(isOfFew ? 'multiplyFewRows' : 'multiply', jobs);
}
