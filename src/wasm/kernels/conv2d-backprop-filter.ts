import type { TensorInfo } from '@tensorflow/tfjs-core';
import { compose } from '../composition/compose.js';
import { filterGradient } from '../convolution/filter-gradient.js';
import { asConvolution } from '../convolution/layout.js';
import { heapOf } from '../heap/heap.js';
import { convGeometry, isPointwise, withOutputs } from '../convolution/conv-geometry.js';
import { coverTaps, firstTaps } from '../convolution/cover-taps.js';
import type { AddedKernel } from './kernel.js';

/**
 * The gradient of a convolution with respect to its filter, `[height, width, input channels, output channels]`.
 *
 * Where the module is missing, it is another convolution, in which batch and channels change places: the sum over the batch
 * becomes the sum over channels, at which tfjs's convolution is fast.
 */
export const conv2dBackpropFilter: AddedKernel = {
  kernelName: 'Conv2DBackpropFilter',
  kernel: ({ inputs, attrs = {}, backend }) => {
    const { x, dy } = inputs as { x: TensorInfo; dy: TensorInfo };
    const filterShape = attrs['filterShape'] as number[];
    const geometry = withOutputs(convGeometry('Conv2DBackpropFilter', x.shape, filterShape, attrs, false), dy);
    const heap = heapOf(backend);
    const conv = asConvolution(geometry);
    const isFloat = x.dtype === 'float32' && dy.dtype === 'float32';
    if (heap !== null && conv !== null && isFloat) return filterGradient(heap, conv, x, dy, filterShape);
    const { batch, inputChannels, outputChannels, height, width } = geometry;

    return compose(backend, (composition) => {
      const { run, reshape, transpose } = composition;
      if (isPointwise(geometry)) {
        const pixels = batch * height.input * width.input;
        const a = reshape(x, [1, pixels, inputChannels]);
        const b = reshape(dy, [1, pixels, outputChannels]);
        return reshape(run('BatchMatMul', { a, b }, { transposeA: true, transposeB: false }), filterShape);
      }
      const { images, pad } = coverTaps(composition, x, geometry);
      const taps = run(
        'Conv2D',
        { x: transpose(images, [3, 1, 2, 0]), filter: transpose(dy, [1, 2, 0, 3]) },
        {
          strides: [height.dilation, width.dilation],
          dilations: [height.stride, width.stride],
          pad,
          dataFormat: 'NHWC',
        },
      );
      return firstTaps(composition, transpose(taps, [1, 2, 0, 3]), geometry);
    });
  },
};
