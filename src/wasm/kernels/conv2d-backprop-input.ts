import type { TensorInfo } from '@tensorflow/tfjs-core';
import { filled } from '../composition/compose.js';
import { gradientGeometry, isForModule } from '../convolution/conv-geometry.js';
import { inputGradient } from '../convolution/input-gradient.js';
import { heapOf } from '../heap/heap.js';
import type { ReplacedKernel } from './kernel.js';

/**
 * The gradient of a convolution with respect to its input, which is also the transposed convolution. tfjs's kernel is a naive
 * loop; it still computes layouts other than NHWC, and other dtypes.
 */
export const conv2dBackpropInput: ReplacedKernel = {
  kernelName: 'Conv2DBackpropInput',
  replace: (original) => (args) => {
    const { inputs, attrs = {}, backend } = args;
    const { dy, filter } = inputs as { dy: TensorInfo; filter: TensorInfo };
    const isFloat = dy.dtype === 'float32' && filter.dtype === 'float32';
    if (attrs['dataFormat'] === 'NCHW' || !isFloat) return original(args);
    const inputShape = attrs['inputShape'] as number[];
    const geometry = gradientGeometry('Conv2DBackpropInput', inputShape, filter.shape, attrs, dy);
    if (!isForModule(geometry)) return filled(backend, inputShape);
    return inputGradient(heapOf(backend), geometry, dy, filter);
  },
};
