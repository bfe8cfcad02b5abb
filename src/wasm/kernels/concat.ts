import * as tf from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { heapOf } from '../heap/heap.js';
import type { ReplacedKernel } from './kernel.js';
import { share } from '../heap/jobs.js';

/** Joins tensors along an axis; tfjs makes a view of the heap for every row of every tensor. */
export const concat: ReplacedKernel = {
  kernelName: 'Concat',
  replace: (original) => (args) => {
    const parts = args.inputs as unknown as TensorInfo[];
    const [first] = parts;
    const heap = heapOf(args.backend);
    const isOfWords = parts.every(({ dtype }) => dtype === first!.dtype && (dtype === 'float32' || dtype === 'int32'));
    const isFull = parts.length > 1 && parts.every(({ shape }) => !shape.includes(0));
    if (!isOfWords || !isFull) return original(args);
    const shapes = parts.map(({ shape }) => shape);
    const axis = tf.util.parseAxisParam((args.attrs as { axis: number }).axis, first!.shape)[0]!;
    tf.backend_util.assertParamsConsistent(shapes, axis);
    const shape = tf.backend_util.computeOutShape(shapes, axis);
    const output = (args.backend as BackendWasm).makeOutput(shape, first!.dtype);
    const [rows, all] = [tf.util.sizeFromShape(shape.slice(0, axis)), tf.util.sizeFromShape(shape.slice(axis))];
    let to = heap.addressOf(output);
    for (const part of parts) {
      const size = tf.util.sizeFromShape(part.shape.slice(axis));
      const from = heap.addressOf(part);
      const jobs = share(heap.threads(), rows, size).map(({ begin, count }) => {
        return {
          from: from + 4 * size * begin,
          fromStride: size,
          to: to + 4 * all * begin,
          toStride: all,
          rows: count,
          n: size,
        };
      });
      heap.runAll('copyRows', jobs);
      to += 4 * size;
    }
    return output;
  },
};
