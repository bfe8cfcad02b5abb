import * as tf from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import {
  GELU_GRADIENT_KERNEL,
  GELU_KERNEL,
  SLOPE_KERNEL,
  SOFTMAX_GRADIENT_KERNEL,
  SWISH_GRADIENT_KERNEL,
} from '../../tensor/own-kernels.js';
import { inOneKernel, softmaxGradientInOneKernel } from '../../operations/in-one-kernel.js';
import { heapOf, runForNumbers } from '../heap/heap.js';
import { share } from '../heap/jobs.js';
import type { AddedKernel } from './kernel.js';
import { GELU, SWISH } from './unary-functions.js';

/** The gradient of relu or leakyRelu, from its output. */
export const slope: AddedKernel = {
  kernelName: SLOPE_KERNEL,
  kernel: ({ inputs, attrs, backend }) => {
    const { dy, y } = inputs as { dy: TensorInfo; y: TensorInfo };
    const negativeSlope = attrs!['alpha'] as number;
    const heap = heapOf(backend);
    const dx = heap.make(dy.shape);
    const [gradient, output, to] = [heap.addressOf(dy), heap.addressOf(y), heap.addressOf(dx)];
    runForNumbers(heap, 'slope', tf.util.sizeFromShape(dy.shape), (at, n) => {
      return { dy: gradient + at, y: output + at, dx: to + at, n, negativeSlope };
    });
    return dx;
  },
};

/** The gradient of x sigmoid(x), with the sigmoid computed again: reading it takes as long. */
export const swishGradient: AddedKernel = { kernelName: SWISH_GRADIENT_KERNEL, kernel: gradientOf(SWISH) };

/** The gradient of gelu, likewise from its input alone. */
export const geluGradient: AddedKernel = {
  kernelName: GELU_GRADIENT_KERNEL,
  kernel: gradientOf(GELU),
  operation: inOneKernel(GELU_KERNEL, 'x'),
};

function gradientOf(operation: number): AddedKernel['kernel'] {
  return ({ inputs, backend }) => {
    const { x, dy } = inputs as { x: TensorInfo; dy: TensorInfo };
    const heap = heapOf(backend);
    const dx = heap.make(dy.shape);
    const own = heap.run.unaryScratch();
    const scratch = heap.scratch(own * heap.threads());
    const [input, gradient, to] = [heap.addressOf(x), heap.addressOf(dy), heap.addressOf(dx)];
    runForNumbers(heap, 'unaryGradient', tf.util.sizeFromShape(dy.shape), (at, n, i) => {
      return { operation, x: input + at, dy: gradient + at, dx: to + at, n, scratch: scratch + own * i };
    });
    return dx;
  };
}

/** y (dy - sum dy y) over the last axis. The softmax itself stays tfjs's, which is as fast as the module could be. */
export const softmaxGradient: AddedKernel = {
  kernelName: SOFTMAX_GRADIENT_KERNEL,
  operation: softmaxGradientInOneKernel,
  kernel: ({ inputs, backend }) => {
    const { y, dy } = inputs as { y: TensorInfo; dy: TensorInfo };
    const heap = heapOf(backend);
    const dx = heap.make(y.shape);
    const n = y.shape.at(-1) ?? 1;
    const [from, gradient, to] = [heap.addressOf(y), heap.addressOf(dy), heap.addressOf(dx)];
    const rows = tf.util.sizeFromShape(y.shape) / Math.max(1, n);
    const jobs = share(heap.threads(), rows, n).map(({ begin, count }) => {
      const at = 4 * n * begin;
      return { y: from + at, dy: gradient + at, dx: to + at, rows: count, n };
    });
    heap.runAll('softmaxGradient', jobs);
    return dx;
  },
};
