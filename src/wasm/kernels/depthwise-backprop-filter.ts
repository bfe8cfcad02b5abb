import type { TensorInfo } from '@tensorflow/tfjs-core';
import { compose } from '../composition/compose.js';
import { asConvolution, filterBytes, layOut, type Convolution } from '../convolution/layout.js';
import { heapOf, type Heap } from '../heap/heap.js';
import { halve } from '../heap/jobs.js';
import { convGeometry } from '../convolution/conv-geometry.js';
import { coverTaps, firstTaps } from '../convolution/cover-taps.js';
import type { AddedKernel } from './kernel.js';

/**
 * The gradient of a depthwise convolution with respect to its filter, `[height, width, input channels, multiplier]`.
 *
 * Where the module is missing, or a channel has several filters, it is another depthwise convolution, over every channel of
 * every image at once, followed by a sum over the images.
 */
export const depthwiseBackpropFilter: AddedKernel = {
  kernelName: 'DepthwiseConv2dNativeBackpropFilter',
  kernel: ({ inputs, attrs = {}, backend }) => {
    const { x, dy } = inputs as { x: TensorInfo; dy: TensorInfo };
    const filterShape = attrs['filterShape'] as number[];
    const geometry = convGeometry('DepthwiseConv2dNativeBackpropFilter', x.shape, filterShape, attrs, true);
    const { batch, inputChannels, outputChannels, height, width } = geometry;
    const heap = heapOf(backend);
    const conv = asConvolution(geometry);
    const isFloat = x.dtype === 'float32' && dy.dtype === 'float32';
    if (heap !== null && conv !== null && isFloat && inputChannels === outputChannels) {
      return onHeap(heap, conv, x, dy, filterShape);
    }
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

function onHeap(heap: Heap, conv: Convolution, x: TensorInfo, dy: TensorInfo, filterShape: number[]): TensorInfo {
  const dw = heap.make(filterShape);
  const bytes = filterBytes(conv) / conv.channels;
  // two sums, over halves of the rows
  const ranges = halve(x.shape[0]! * conv.height.output, (conv.width.output * bytes) / 4);
  const [at, second] = layOut(heap, conv, () => [bytes]) as [number, number];
  const [images, gradients, first] = [heap.addressOf(x), heap.addressOf(dy), heap.addressOf(dw)];
  const jobs = ranges.map(({ begin, count }, i) => {
    return { conv: at, x: images, dy: gradients, dw: i === 0 ? first : second, begin, count };
  });
  heap.runAll('depthwiseFilterGradient', jobs);
  if (ranges.length > 1) heap.run.addNumbers({ target: first, source: second, n: bytes / 4 });
  return dw;
}
