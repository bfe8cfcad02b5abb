import * as tf from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { heapOf, type Heap } from '../heap/heap.js';
import type { ReplacedKernel } from './kernel.js';
import { share } from '../heap/jobs.js';
import { scratchWithTable } from '../heap/scratch-with-table.js';

/** In the order in which the module numbers them: src/wasm/assembly/unary.ts. */
const OPERATIONS = ['Exp', 'Expm1', 'Log1p', 'Softplus', 'Tanh'] as const;

function apply(heap: Heap, kernelName: (typeof OPERATIONS)[number], x: TensorInfo): TensorInfo {
  const y = heap.make(x.shape);
  const { table } = scratchWithTable(heap);
  const [operation, from, to] = [OPERATIONS.indexOf(kernelName), heap.addressOf(x), heap.addressOf(y)];
  const jobs = share(heap.threads(), tf.util.sizeFromShape(x.shape)).map(({ begin, count }) => {
    return { operation, x: from + 4 * begin, y: to + 4 * begin, n: count, table };
  });
  heap.runAll('unary', jobs);
  return y;
}

/** Functions of each number, four at a time; tfjs computes one after the other, and only its sigmoid is fast. */
export const unaryFunctions: readonly ReplacedKernel[] = OPERATIONS.map((kernelName) => ({
  kernelName,
  replace: (original) => (args) => {
    const x = args.inputs['x']!;
    const heap = heapOf(args.backend);
    return heap === null || x.dtype !== 'float32' ? original(args) : apply(heap, kernelName, x);
  },
}));
