import * as tf from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { heapOf } from '../heap/heap.js';
import type { ReplacedKernel } from './kernel.js';
import { share } from '../heap/jobs.js';

interface Box {
  readonly begin: number[];
  readonly size: number[];
}

/** A box of a tensor, copied in contiguous runs. tfjs's kernel first copies the whole tensor for each slice. */
export const slice: ReplacedKernel = {
  kernelName: 'Slice',
  replace: (original) => (args) => {
    const { x } = args.inputs as { x: TensorInfo };
    if (x.dtype === 'string') return original(args);
    const { begin, size } = args.attrs as unknown as Box;
    const [from, shape] = tf.slice_util.parseSliceParams(x, begin, size) as [number[], number[]];
    tf.slice_util.assertParamsValid(x, from, shape);
    return copyOf(x, from, shape, args.backend);
  },
};

/** Adjacent boxes along an axis. */
export const splitV: ReplacedKernel = {
  kernelName: 'SplitV',
  replace: () => (args) => {
    const { x } = args.inputs as { x: TensorInfo };
    const { numOrSizeSplits, axis } = args.attrs as unknown as { numOrSizeSplits: number | number[]; axis: number };
    const along = tf.util.parseAxisParam(axis, x.shape)[0]!;
    const sizes = tf.backend_util.prepareSplitSize(x, numOrSizeSplits, along);
    const begin = x.shape.map(() => 0);
    return sizes.map((size) => {
      const shape = x.shape.map((all, i) => (i === along ? size : all));
      const piece = copyOf(x, begin, shape, args.backend);
      begin[along]! += size;
      return piece;
    });
  },
};

function copyOf(x: TensorInfo, begin: readonly number[], shape: number[], backend: unknown): TensorInfo {
  const memory = backend as BackendWasm;
  const output = memory.makeOutput(shape, x.dtype);
  if (copyRows(x, output, begin, backend)) return output;
  // views of the heap are valid until the next allocation
  const source = memory.typedArrayFromHeap(x) as Float32Array;
  const target = memory.typedArrayFromHeap(output) as Float32Array;
  const strides = [...tf.util.computeStrides(x.shape), 1];
  // all axes after this one are taken whole, so the part of this axis is contiguous
  let last = x.shape.length - 1;
  while (last > 0 && shape[last] === x.shape[last]) last--;
  const run = last < 0 ? 1 : shape[last]! * strides[last]!;
  const place = shape.map(() => 0);
  for (let to = 0; to < target.length; to += run) {
    const from = place.reduce((sum, index, axis) => sum + (begin[axis]! + index) * strides[axis]!, 0);
    target.set(source.subarray(from, from + run), to);
    for (let axis = last - 1; axis >= 0 && ++place[axis]! === shape[axis]; axis--) place[axis] = 0;
  }
  return output;
}

/** Copies a box that is cut along at most one axis, in the module; returns false for any other box. */
function copyRows(x: TensorInfo, box: TensorInfo, begin: readonly number[], backend: unknown): boolean {
  const heap = heapOf(backend);
  const cut = x.shape.flatMap((size, axis) => (size === box.shape[axis] ? [] : [axis]));
  const isOfWords = x.dtype === 'float32' || x.dtype === 'int32';
  if (!isOfWords || cut.length > 1 || box.shape.includes(0)) return false;
  const axis = cut[0] ?? 0;
  const rows = tf.util.sizeFromShape(box.shape.slice(0, axis));
  const [all, size] = [x, box].map(({ shape }) => tf.util.sizeFromShape(shape.slice(axis))) as [number, number];
  const skipped = (begin[axis] ?? 0) * tf.util.sizeFromShape(x.shape.slice(axis + 1));
  const [from, to] = [heap.addressOf(x) + 4 * skipped, heap.addressOf(box)];
  const jobs = share(heap.threads(), rows, size).map((range) => ({
    from: from + 4 * all * range.begin,
    fromStride: all,
    to: to + 4 * size * range.begin,
    toStride: size,
    rows: range.count,
    n: size,
  }));
  heap.runAll('copyRows', jobs);
  return true;
}
