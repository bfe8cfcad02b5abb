import * as tf from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { inOneKernel } from '../../operations/in-one-kernel.js';
import { GELU_KERNEL, SWISH_KERNEL } from '../../tensor/own-kernels.js';
import { heapOf, runForNumbers } from '../heap/heap.js';
import type { AddedKernel, ReplacedKernel } from './kernel.js';

/** In the order of their numbers in the module: see src/wasm/assembly/unary.ts. */
const OPERATIONS = ['Exp', 'Expm1', 'Log1p', 'Softplus', 'Tanh', 'Sqrt', 'Rsqrt', 'Sigmoid'] as const;

/** The numbers of the functions that are new. */
export const [SWISH, GELU] = [8, 9] as const;

/**
 * Elementwise functions, computed for four numbers at a time and by all threads; tfjs's kernels compute one at a time, except for its
 * sigmoid, which runs on one thread.
 */
export const unaryFunctions: readonly ReplacedKernel[] = OPERATIONS.map((kernelName, operation) => ({
  kernelName,
  replace: (original) => (args) => {
    const x = args.inputs['x']!;
    return x.dtype === 'float32' ? applyTo(x, operation, args.backend) : original(args);
  },
}));

/** x sigmoid(x), in one pass. */
export const swish: AddedKernel = {
  kernelName: SWISH_KERNEL,
  operation: inOneKernel(SWISH_KERNEL, 'x'),
  kernel: ({ inputs, backend }) => applyTo(inputs['x']!, SWISH, backend),
};

/** x P(x), in one pass, where P is the distribution function of the standard normal. */
export const gelu: AddedKernel = {
  kernelName: GELU_KERNEL,
  kernel: ({ inputs, backend }) => applyTo(inputs['x']!, GELU, backend),
};

function applyTo(x: TensorInfo, operation: number, backend: unknown): TensorInfo {
  const heap = heapOf(backend);
  const y = heap.make(x.shape);
  const own = heap.run.unaryScratch();
  const scratch = heap.scratch(own * heap.threads());
  const [from, to] = [heap.addressOf(x), heap.addressOf(y)];
  runForNumbers(heap, 'unary', tf.util.sizeFromShape(x.shape), (at, n, i) => {
    return { operation, x: from + at, y: to + at, n, scratch: scratch + own * i };
  });
  return y;
}
