import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Heap } from './heap.js';
import { roundUp, split } from './jobs.js';

/** A factor of {@link multiply}: how many numbers lie between its rows, its columns, and the matrices of a batch. */
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
  /** What negative sums are multiplied by in the end; 1 without an activation. */
  readonly slope?: number;
}

/** The strides of a matrix, or of its transpose, whose rows stand one after the other. */
export function factor(x: TensorInfo, isTransposed: boolean, next = 0): Factor {
  const length = x.shape[x.shape.length - 1]!;
  return isTransposed ? { x, row: 1, column: length, next } : { x, row: length, column: 1, next };
}

/** Below so many multiplications a second job costs more than it saves. */
const WORTH_A_JOB = 2 ** 17;

/** Multiplies on the heap into `c`, whose matrices stand one after the other. */
export function multiply(heap: Heap, product: Product, c: TensorInfo): void {
  const { count, rows, inner, columns, a, b, bias, slope = 1 } = product;
  const parts = count * rows * inner * columns < WORTH_A_JOB ? 1 : 2;
  const axis = count > 1 ? 'matrices' : columns > rows ? 'columns' : 'rows';
  const length = { matrices: count, rows, columns }[axis];
  const ranges = split(length, parts, { matrices: 1, rows: 4, columns: 8 }[axis]);
  const size = (along: typeof axis, whole: number): number => (along === axis ? ranges[0]!.count : whole);
  const bytes = roundUp(heap.run.multiplyScratch(size('rows', rows), size('columns', columns), inner), 64);
  const scratch = heap.scratch(bytes * ranges.length);
  const [aAddress, bAddress, cAddress] = [heap.addressOf(a.x), heap.addressOf(b.x), heap.addressOf(c)];
  const biasAddress = bias === undefined ? 0 : heap.addressOf(bias);
  const jobs = ranges.map(({ begin, count: length }, i) => {
    const at = (along: typeof axis): number => (along === axis ? begin : 0);
    const many = (along: typeof axis, whole: number): number => (along === axis ? length : whole);
    const matrix = at('matrices');
    return [
      ...[many('matrices', count), many('rows', rows), many('columns', columns), inner],
      ...[aAddress + 4 * (matrix * a.next + at('rows') * a.row), a.row, a.column, a.next],
      ...[bAddress + 4 * (matrix * b.next + at('columns') * b.column), b.row, b.column, b.next],
      ...[cAddress + 4 * (matrix * rows * columns + at('rows') * columns + at('columns')), columns, rows * columns],
      ...[biasAddress === 0 ? 0 : biasAddress + 4 * at('columns'), slope, scratch + i * bytes],
    ];
  });
  heap.runAll('multiply', jobs);
}
