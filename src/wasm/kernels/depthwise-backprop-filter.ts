import type { TensorInfo } from '@tensorflow/tfjs-core';
import { compose } from '../compose.js';
import { convGeometry } from './conv-geometry.js';
import { coverTaps, firstTaps } from './filter-gradient.js';
import type { AddedKernel } from './kernel.js';

/**
 * The gradient of a depthwise convolution in its filter, `[height, width, input channels, multiplier]`.
 *
 * It is a depthwise convolution again, over every channel of every image at once, and then a sum over the images.
 */
export const depthwiseBackpropFilter: AddedKernel = {
  kernelName: 'DepthwiseConv2dNativeBackpropFilter',
  kernel: ({ inputs, attrs = {}, backend }) => {
    const { x, dy } = inputs as { x: TensorInfo; dy: TensorInfo };
    const filterShape = attrs['filterShape'] as number[];
    const geometry = convGeometry('DepthwiseConv2dNativeBackpropFilter', x.shape, filterShape, attrs, true);
    const { batch, inputChannels, outputChannels, height, width } = geometry;
    const channels = batch * inputChannels;

    return compose(backend, (composition) => {
      const { run, reshape, transpose } = composition;
      const { images, pad } = coverTaps(composition, x, geometry);
      const [, rows, columns] = images.shape as [number, number, number, number];
      const planes = reshape(transpose(images, [1, 2, 0, 3]), [1, rows, columns, channels]);
      const multiplier = outputChannels / inputChannels;
      const filter = reshape(transpose(dy, [1, 2, 0, 3]), [height.output, width.output, channels, multiplier]);
      const taps = run(
        'DepthwiseConv2dNative',
        { x: planes, filter },
        { strides: [height.dilation, width.dilation], dilations: [height.stride, width.stride], pad },
      );
      const byImage = reshape(taps, [taps.shape[1]!, taps.shape[2]!, batch, outputChannels]);
      const sum = run('Sum', { x: byImage }, { axis: [2], keepDims: false });
      return reshape(firstTaps(composition, sum, geometry), filterShape);
    });
  },
};
