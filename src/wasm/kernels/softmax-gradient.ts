import * as tf from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { SOFTMAX_GRADIENT_KERNEL } from '../../tensor/own-kernels.js';
import { heapOf } from '../heap/heap.js';
import type { AddedKernel } from './kernel.js';
import { share } from '../heap/jobs.js';

/** y (dy - sum dy y) over the last axis. tfjs's own softmax is as fast as the module could be. */
export const softmaxGradient: AddedKernel = {
  kernelName: SOFTMAX_GRADIENT_KERNEL,
  needsHeap: true,
  kernel: ({ inputs, backend }) => {
    const { y, dy } = inputs as { y: TensorInfo; dy: TensorInfo };
    const heap = heapOf(backend)!;
    const dx = heap.make(y.shape);
    const size = y.shape.at(-1) ?? 1;
    const [from, gradient, to] = [heap.addressOf(y), heap.addressOf(dy), heap.addressOf(dx)];
    const jobs = share(heap.threads(), tf.util.sizeFromShape(y.shape) / Math.max(1, size), size).map(
      ({ begin, count }) => {
        const at = 4 * size * begin;
        return { y: from + at, dy: gradient + at, dx: to + at, rows: count, n: size };
      },
    );
    heap.runAll('softmaxGradient', jobs);
    return dx;
  },
};
