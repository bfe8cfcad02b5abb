import * as tf from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { SWISH_GRADIENT_KERNEL } from '../../tensor/own-kernels.js';
import { heapOf, type Heap } from '../heap.js';
import type { AddedKernel, ReplacedKernel } from './kernel.js';
import { halve } from '../jobs.js';
import { scratchWithTable } from './table.js';

/** In the order in which the module counts them: src/wasm/assembly/unary.ts. */
const OPERATIONS = ['Exp', 'Expm1', 'Log1p', 'Softplus', 'Tanh'] as const;

function apply(heap: Heap, kernelName: (typeof OPERATIONS)[number], x: TensorInfo): TensorInfo {
  const y = heap.make(x.shape);
  const { table } = scratchWithTable(heap);
  const [operation, from, to] = [OPERATIONS.indexOf(kernelName), heap.addressOf(x), heap.addressOf(y)];
  const jobs = halve(tf.util.sizeFromShape(x.shape)).map(({ begin, count }) => {
    return [operation, from + 4 * begin, to + 4 * begin, count, table];
  });
  heap.runAll('unary', jobs);
  return y;
}

/** Functions of each number, four at a time, where tfjs takes one after the other; its sigmoid is fast itself. */
export const unaryFunctions: readonly ReplacedKernel[] = OPERATIONS.map((kernelName) => ({
  kernelName,
  replace: (original) => (args) => {
    const x = args.inputs['x']!;
    const heap = heapOf(args.backend);
    return heap === null || x.dtype !== 'float32' ? original(args) : apply(heap, kernelName, x);
  },
}));

/** dy (share + value (1 - share)), the gradient of x sigmoid(x). */
export const swishGradient: AddedKernel = {
  kernelName: SWISH_GRADIENT_KERNEL,
  needsHeap: true,
  kernel: ({ inputs, backend }) => {
    const { share, value, dy } = inputs as { share: TensorInfo; value: TensorInfo; dy: TensorInfo };
    const heap = heapOf(backend)!;
    const dx = heap.make(dy.shape);
    const addresses = [share, value, dy, dx].map(heap.addressOf);
    const jobs = halve(tf.util.sizeFromShape(dy.shape)).map(({ begin, count }) => {
      return [...addresses.map((address) => address + 4 * begin), count];
    });
    heap.runAll('swishGradient', jobs);
    return dx;
  },
};
