import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Heap } from '../heap/heap.js';
import { share } from '../heap/jobs.js';

/** A product of two matrices with few products per sum. */
export interface ThinProduct {
  readonly a: TensorInfo;
  readonly b: TensorInfo;
  readonly bias: TensorInfo | undefined;
  readonly negativeSlope: number;
}

/** The product of two matrices, bit for bit as tfjs's kernel computes it, which packs the second one first. */
export function multiplyThin(heap: Heap, product: ThinProduct, shape: readonly number[]): TensorInfo {
  const { a, b, bias, negativeSlope } = product;
  const y = heap.make(shape);
  const [rows, columns] = shape.slice(-2) as [number, number];
  const inner = a.shape.at(-1)!;
  const [from, by, to] = [heap.addressOf(a), heap.addressOf(b), heap.addressOf(y)];
  const biases = bias === undefined ? 0 : heap.addressOf(bias);
  const jobs = share(heap.threads(), rows, columns).map(({ begin, count }) => ({
    a: from + 4 * inner * begin,
    b: by,
    bias: biases,
    c: to + 4 * columns * begin,
    rows: count,
    inner,
    columns,
    negativeSlope,
  }));
  heap.runAll('multiplyThin', jobs);
  return y;
}
