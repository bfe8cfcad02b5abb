import type { TensorInfo } from '@tensorflow/tfjs-core';
import { compose } from '../composition/compose.js';
import { inputGradient } from '../convolution/input-gradient.js';
import { asConvolution } from '../convolution/layout.js';
import { heapOf } from '../heap/heap.js';
import { convGeometry, withOutputs } from '../convolution/conv-geometry.js';
import { inputGradientByPhases } from '../convolution/input-gradient-by-phases.js';
import type { ReplacedKernel } from './kernel.js';

/**
 * The gradient of a convolution with respect to its input, which is also the transposed convolution. tfjs's kernel is a naive
 * loop; this one calls the module or, where that is missing, is composed of convolutions. tfjs's kernel still computes layouts
 * other than NHWC.
 */
export const conv2dBackpropInput: ReplacedKernel = {
  kernelName: 'Conv2DBackpropInput',
  replace: (original) => (args) => {
    const { inputs, attrs = {}, backend } = args;
    const { dy, filter } = inputs as { dy: TensorInfo; filter: TensorInfo };
    if (attrs['dataFormat'] === 'NCHW') return original(args);
    const geometry = withOutputs(
      convGeometry('Conv2DBackpropInput', attrs['inputShape'] as number[], filter.shape, attrs, false),
      dy,
    );
    const heap = heapOf(backend);
    const conv = asConvolution(geometry);
    const isFloat = dy.dtype === 'float32' && filter.dtype === 'float32';
    if (heap !== null && conv !== null && isFloat) return inputGradient(heap, conv, dy, filter);
    const dilations = [geometry.height.dilation, geometry.width.dilation];

    return compose(backend, (composition) => {
      const { run, transpose } = composition;
      const backwards = transpose(filter, [0, 1, 3, 2]);
      return inputGradientByPhases('Conv2DBackpropInput', composition, geometry, dy, backwards, (x, taps, pad) =>
        run('Conv2D', { x, filter: taps }, { strides: [1, 1], dilations, pad, dataFormat: 'NHWC' }),
      );
    });
  },
};
