import * as tf from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { heapOf, runForNumbers, type Heap } from '../heap/heap.js';
import type { ReplacedKernel } from './kernel.js';
import { share, WORTH_DIVIDING } from '../heap/jobs.js';

/** From this many numbers on, the module is faster than tfjs, including the time to check that it can do the work. */
const WORTH_LOOKING = 2 ** 6;

/** x + row and x * row, where row has one number per channel, for each image or for all images; tfjs's kernels take five times as long. */
export const add = broadcasting('Add', 0);
export const multiply = broadcasting('Multiply', 1);

function broadcasting(kernelName: string, operation: number): ReplacedKernel {
  return {
    kernelName,
    replace: (original) => (args) => {
      const { a, b } = args.inputs as { a: TensorInfo; b: TensorInfo };
      // these kernels are called most often: comparing two sizes decides most calls
      const [sizeA, sizeB] = [tf.util.sizeFromShape(a.shape), tf.util.sizeFromShape(b.shape)];
      if (Math.max(sizeA, sizeB) < WORTH_LOOKING || (sizeA === sizeB && sizeA < WORTH_DIVIDING)) return original(args);
      if (a.dtype !== 'float32' || b.dtype !== 'float32') return original(args);
      if (sizeA === sizeB) {
        const [heap, isSame] = [heapOf(args.backend), tf.util.arraysEqual(a.shape, b.shape)];
        return isSame && heap.threads() > 1 ? ofEqual(heap, operation, a, b) : original(args);
      }
      const view = sizeA > sizeB ? viewOf(a, b) : viewOf(b, a);
      return view === undefined ? original(args) : broadcast(heapOf(args.backend), operation, view);
    },
  };
}

/** For equal shapes tfjs's kernel is as fast on one thread, and has the same bits. */
function ofEqual(heap: Heap, operation: number, a: TensorInfo, b: TensorInfo): TensorInfo {
  const y = heap.make(a.shape);
  const [from, by, to] = [heap.addressOf(a), heap.addressOf(b), heap.addressOf(y)];
  runForNumbers(heap, 'broadcast', tf.util.sizeFromShape(a.shape), (at, n) => {
    return { operation, x: from + at, row: by + at, y: to + at, matrices: 1, rows: 1, n, stride: 0 };
  });
  return y;
}

/** `x` as `[matrices, rows, n]`, and one row for each matrix or for all of them. */
export interface View {
  readonly x: TensorInfo;
  readonly row: TensorInfo;
  readonly matrices: number;
  readonly rows: number;
  readonly n: number;
  readonly isOneForAll: boolean;
}

/** `x` and `row` as a {@link View}; undefined for any other kind of row, and for a single row. */
export function viewOf(x: TensorInfo, row: TensorInfo): View | undefined {
  const missing = x.shape.length - row.shape.length;
  const last = x.shape.length - 1;
  const sizeAt = (axis: number): number => (axis < missing ? 1 : row.shape[axis - missing]!);
  if (missing < 0 || (sizeAt(last) !== x.shape[last] && sizeAt(last) !== 1)) return undefined;
  let [first, end] = [0, last];
  let [matrices, rows, n] = [1, 1, 1];
  // channels at the end, images at the beginning, and only axes of size one between them
  for (; end >= 0 && sizeAt(end) === x.shape[end]; end--) n *= x.shape[end]!;
  for (; first <= end && sizeAt(first) === x.shape[first]; first++) matrices *= x.shape[first]!;
  for (let axis = first; axis <= end; axis++) {
    if (sizeAt(axis) !== 1) return undefined;
    rows *= x.shape[axis]!;
  }
  return rows > 1 ? { x, row, matrices, rows, n, isOneForAll: matrices === 1 } : undefined;
}

export function broadcast(heap: Heap, operation: number, { x, row, matrices, rows, n, isOneForAll }: View): TensorInfo {
  const y = heap.make(x.shape);
  const [from, by, to] = [heap.addressOf(x), heap.addressOf(row), heap.addressOf(y)];
  const jobs = isOneForAll
    ? share(heap.threads(), rows, n).map(({ begin, count }) => {
        const at = 4 * n * begin;
        return { operation, x: from + at, row: by, y: to + at, matrices: 1, rows: count, n, stride: 0 };
      })
    : share(heap.threads(), matrices, rows * n).map(({ begin, count }) => {
        const at = 4 * rows * n * begin;
        return { operation, x: from + at, row: by + 4 * n * begin, y: to + at, matrices: count, rows, n, stride: n };
      });
  heap.runAll('broadcast', jobs);
  return y;
}
