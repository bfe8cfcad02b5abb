import type { TensorInfo } from '@tensorflow/tfjs-core';
import { compose, filled } from '../composition/compose.js';
import { gradientGeometry, isForModule, type ConvGeometry } from '../convolution/conv-geometry.js';
import { layOut } from '../convolution/layout.js';
import { heapOf, type Heap } from '../heap/heap.js';
import { share } from '../heap/jobs.js';
import type { AddedKernel } from './kernel.js';

/** The gradient of a depthwise convolution with respect to its input. */
export const depthwiseBackpropInput: AddedKernel = {
  kernelName: 'DepthwiseConv2dNativeBackpropInput',
  kernel: ({ inputs, attrs = {}, backend }) => {
    const { dy, filter } = inputs as { dy: TensorInfo; filter: TensorInfo };
    const inputShape = attrs['inputShape'] as number[];
    const geometry = gradientGeometry('DepthwiseConv2dNativeBackpropInput', inputShape, filter.shape, attrs, dy, true);
    if (!isForModule(geometry)) return filled(backend, inputShape);
    const { channels, outChannels } = geometry;
    const ofEach = (): TensorInfo =>
      gradientOfEach(heapOf(backend), { ...geometry, channels: outChannels }, dy, filter);
    if (channels === outChannels) return ofEach();
    // a channel with several filters is computed as several channels, which are then added
    return compose(backend, ({ call, reshape, run }) => {
      const byChannel = reshape(call(ofEach, {}), [...inputShape, outChannels / channels]);
      return run('Sum', { x: byChannel }, { axis: [4], keepDims: false });
    });
  },
};

function gradientOfEach(heap: Heap, geometry: ConvGeometry, dy: TensorInfo, filter: TensorInfo): TensorInfo {
  const { batch, height, width, channels } = geometry;
  const dx = heap.make([batch, height.input, width.input, channels]);
  const [at] = layOut(heap, geometry, () => []) as [number];
  const [gradients, taps, to] = [dy, filter, dx].map(heap.addressOf) as [number, number, number];
  const products = width.input * channels * height.filter * width.filter;
  const jobs = share(heap.threads(), batch * height.input, products).map(({ begin, count }) => {
    return { conv: at, dy: gradients, filter: taps, dx: to, begin, count };
  });
  heap.runAll('depthwiseInputGradient', jobs);
  return dx;
}
