import type { TensorInfo } from '@tensorflow/tfjs-core';
import { filled } from '../composition/compose.js';
import { gradientGeometry, isForModule } from '../convolution/conv-geometry.js';
import { filterGradient } from '../convolution/filter-gradient.js';
import { heapOf } from '../heap/heap.js';
import type { AddedKernel } from './kernel.js';

/** The gradient of a convolution with respect to its filter, `[height, width, input channels, output channels]`. */
export const conv2dBackpropFilter: AddedKernel = {
  kernelName: 'Conv2DBackpropFilter',
  kernel: ({ inputs, attrs = {}, backend }) => {
    const { x, dy } = inputs as { x: TensorInfo; dy: TensorInfo };
    const filterShape = attrs['filterShape'] as number[];
    const geometry = gradientGeometry('Conv2DBackpropFilter', x.shape, filterShape, attrs, dy);
    if (!isForModule(geometry)) return filled(backend, filterShape);
    return filterGradient(heapOf(backend), geometry, x, dy, filterShape);
  },
};
