import type { TensorInfo } from '@tensorflow/tfjs-core';
import { compose } from '../compose.js';
import { convGeometry } from './conv-geometry.js';
import { inputGradient } from './input-gradient.js';
import type { AddedKernel } from './kernel.js';

/** The gradient of a depthwise convolution in its input: one filter for each output channel, then the sum over the outputs of a channel. */
export const depthwiseBackpropInput: AddedKernel = {
  kernelName: 'DepthwiseConv2dNativeBackpropInput',
  kernel: ({ inputs, attrs = {}, backend }) => {
    const { dy, filter } = inputs as { dy: TensorInfo; filter: TensorInfo };
    const kernelName = 'DepthwiseConv2dNativeBackpropInput';
    const geometry = convGeometry(kernelName, attrs['inputShape'] as number[], filter.shape, attrs, true);
    const { height, width, inputChannels, outputChannels } = geometry;
    const multiplier = outputChannels / inputChannels;

    return compose(backend, (composition) => {
      const { run, reshape, free } = composition;
      const single = reshape(filter, [height.filter, width.filter, outputChannels, 1]);
      return inputGradient(kernelName, composition, geometry, dy, single, (x, taps, pad) => {
        const every = run(
          'DepthwiseConv2dNative',
          { x, filter: taps },
          { strides: [1, 1], dilations: [height.dilation, width.dilation], pad },
        );
        if (multiplier === 1) return every;
        const byChannel = reshape(every, [...every.shape.slice(0, 3), inputChannels, multiplier]);
        const sum = run('Sum', { x: byChannel }, { axis: [4], keepDims: false });
        free(byChannel);
        free(every);
        return sum;
      });
    });
  },
};
