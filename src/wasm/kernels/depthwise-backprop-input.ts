import type { TensorInfo } from '@tensorflow/tfjs-core';
import { compose } from '../composition/compose.js';
import { asConvolution, layOut, type Convolution } from '../convolution/layout.js';
import { heapOf, type Heap } from '../heap/heap.js';
import { share } from '../heap/jobs.js';
import { convGeometry } from '../convolution/conv-geometry.js';
import { inputGradientByPhases } from '../convolution/input-gradient-by-phases.js';
import type { AddedKernel } from './kernel.js';

/**
 * The gradient of a depthwise convolution with respect to its input. Where the module is missing, or a channel has several
 * filters, it is computed with one filter for each output channel, and then summed over the outputs of a channel.
 */
export const depthwiseBackpropInput: AddedKernel = {
  kernelName: 'DepthwiseConv2dNativeBackpropInput',
  kernel: ({ inputs, attrs = {}, backend }) => {
    const { dy, filter } = inputs as { dy: TensorInfo; filter: TensorInfo };
    const kernelName = 'DepthwiseConv2dNativeBackpropInput';
    const geometry = convGeometry(kernelName, attrs['inputShape'] as number[], filter.shape, attrs, true);
    const { height, width, inputChannels, outputChannels } = geometry;
    const heap = heapOf(backend);
    const conv = asConvolution(geometry);
    const isFloat = dy.dtype === 'float32' && filter.dtype === 'float32';
    if (heap !== null && conv !== null && isFloat && inputChannels === outputChannels) {
      return onHeap(heap, conv, dy, filter);
    }
    const multiplier = outputChannels / inputChannels;

    return compose(backend, (composition) => {
      const { run, reshape, free } = composition;
      const single = reshape(filter, [height.filter, width.filter, outputChannels, 1]);
      return inputGradientByPhases(kernelName, composition, geometry, dy, single, (x, taps, pad) => {
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

function onHeap(heap: Heap, conv: Convolution, dy: TensorInfo, filter: TensorInfo): TensorInfo {
  const { height, width, channels } = conv;
  const batch = dy.shape[0]!;
  const dx = heap.make([batch, height.input, width.input, channels]);
  const [at] = layOut(heap, conv, () => []) as [number];
  const [gradients, taps, to] = [dy, filter, dx].map(heap.addressOf) as [number, number, number];
  const products = width.input * channels * height.filter * width.filter;
  const jobs = share(heap.threads(), batch * height.input, products).map(({ begin, count }) => {
    return { conv: at, dy: gradients, filter: taps, dx: to, begin, count };
  });
  heap.runAll('depthwiseInputGradient', jobs);
  return dx;
}
