import * as tf from '@tensorflow/tfjs-core';
import type { TensorInfo, TypedArray } from '@tensorflow/tfjs-core';
import { heapOf, type Heap } from '../heap/heap.js';
import { shares, split } from '../heap/jobs.js';
import type { AddedKernel } from './kernel.js';
import { numbersOf, written } from './on-host.js';

/** The count of numbers in a cache line: two threads that write to the same line wait for each other. */
const LINE = 16;

/** From this many additions on, work is divided. */
const WORTH_DIVIDING = 2 ** 15;

/**
 * The sum of the rows of `x` for each segment: the gradient of gather, and so of every embedding. Rows whose segment is
 * negative or too large are left out, as on the other backends.
 */
export const unsortedSegmentSum: AddedKernel = {
  kernelName: 'UnsortedSegmentSum',
  kernel: ({ inputs, attrs = {}, backend }) => {
    const { x, segmentIds } = inputs as { x: TensorInfo; segmentIds: TensorInfo };
    const numSegments = attrs['numSegments'] as number;
    const shape = [numSegments, ...x.shape.slice(segmentIds.shape.length)];
    const rowSize = tf.util.sizeFromShape(shape.slice(1));
    if (x.dtype === 'float32' && segmentIds.dtype === 'int32') {
      return onHeap(heapOf(backend), x, segmentIds, shape, rowSize);
    }
    const values = numbersOf<TypedArray>(backend, x);
    const segments = numbersOf<TypedArray>(backend, segmentIds);
    const sums = new (x.dtype === 'int32' ? Int32Array : Float32Array)(numSegments * rowSize);

    for (let row = 0; row < segments.length; row++) {
      const segment = segments[row]!;
      if (segment < 0 || segment >= numSegments) continue;
      const [from, to] = [row * rowSize, segment * rowSize];
      for (let column = 0; column < rowSize; column++) sums[to + column]! += values[from + column]!;
    }
    return written(backend, sums, shape);
  },
};

function onHeap(heap: Heap, x: TensorInfo, segmentIds: TensorInfo, shape: number[], rowSize: number): TensorInfo {
  const rows = tf.util.sizeFromShape(segmentIds.shape);
  const sums = heap.make(shape);
  const [from, segments, to] = [x, segmentIds, sums].map(heap.addressOf) as [number, number, number];
  // divided by columns, so the distribution of rows over segments makes no difference
  const parts = shares(heap.threads(), (rows + shape[0]!) * rowSize, WORTH_DIVIDING);
  const jobs = split(rowSize, parts, LINE).map(({ begin, count }) => {
    return {
      x: from + 4 * begin,
      segments,
      y: to + 4 * begin,
      rows,
      count: shape[0]!,
      stride: rowSize,
      n: count,
    };
  });
  heap.runAll('addSegments', jobs);
  return sums;
}
