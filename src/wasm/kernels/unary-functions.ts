import * as tf from '@tensorflow/tfjs-core';
import { heapOf, runForNumbers } from '../heap/heap.js';
import type { ReplacedKernel } from './kernel.js';

/** In the order of their numbers in the module: see src/wasm/assembly/unary.ts. */
const OPERATIONS = ['Exp', 'Expm1', 'Log1p', 'Softplus', 'Tanh'] as const;

/** Elementwise functions, computed for four numbers at a time; tfjs's kernels compute one at a time, and only its sigmoid is fast. */
export const unaryFunctions: readonly ReplacedKernel[] = OPERATIONS.map((kernelName, operation) => ({
  kernelName,
  replace: (original) => (args) => {
    const x = args.inputs['x']!;
    if (x.dtype !== 'float32') return original(args);
    const heap = heapOf(args.backend);
    const y = heap.make(x.shape);
    const own = heap.run.unaryScratch();
    const scratch = heap.scratch(own * heap.threads());
    const [from, to] = [heap.addressOf(x), heap.addressOf(y)];
    runForNumbers(heap, 'unary', tf.util.sizeFromShape(x.shape), (at, n, i) => {
      return { operation, x: from + at, y: to + at, n, scratch: scratch + own * i };
    });
    return y;
  },
}));
