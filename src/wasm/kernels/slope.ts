import * as tf from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { SLOPE_KERNEL } from '../../tensor/own-kernels.js';
import { heapOf } from '../heap/heap.js';
import { share } from '../heap/jobs.js';
import type { AddedKernel } from './kernel.js';

/** The gradient of relu or leakyRelu, from what it gave. */
export const slope: AddedKernel = {
  kernelName: SLOPE_KERNEL,
  needsHeap: true,
  kernel: ({ inputs, attrs, backend }) => {
    const { dy, y } = inputs as { dy: TensorInfo; y: TensorInfo };
    const alpha = attrs!['alpha'] as number;
    const heap = heapOf(backend)!;
    const dx = heap.make(dy.shape);
    const [gradient, output, to] = [dy, y, dx].map(heap.addressOf) as [number, number, number];
    const jobs = share(heap.threads(), tf.util.sizeFromShape(dy.shape)).map(({ begin, count }) => {
      const at = 4 * begin;
      return { dy: gradient + at, y: output + at, dx: to + at, n: count, alpha };
    });
    heap.runAll('slope', jobs);
    return dx;
  },
};
