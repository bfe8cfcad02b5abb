import * as tf from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { SWISH_GRADIENT_KERNEL } from '../../tensor/own-kernels.js';
import { heapOf } from '../heap/heap.js';
import { share } from '../heap/jobs.js';
import type { AddedKernel } from './kernel.js';

/** dy (share + value (1 - share)), the gradient of x sigmoid(x). */
export const swishGradient: AddedKernel = {
  kernelName: SWISH_GRADIENT_KERNEL,
  needsHeap: true,
  kernel: ({ inputs, backend }) => {
    const { value, dy } = inputs as { value: TensorInfo; dy: TensorInfo };
    const heap = heapOf(backend)!;
    const dx = heap.make(dy.shape);
    const [ofShare, ofValue, gradient, to] = [inputs['share']!, value, dy, dx].map(heap.addressOf) as [
      number,
      number,
      number,
      number,
    ];
    const jobs = share(heap.threads(), tf.util.sizeFromShape(dy.shape)).map(({ begin, count }) => {
      const at = 4 * begin;
      return { share: ofShare + at, value: ofValue + at, dy: gradient + at, dx: to + at, n: count };
    });
    heap.runAll('swishGradient', jobs);
    return dx;
  },
};
