import type { TensorInfo } from '@tensorflow/tfjs-core';
import { compose, filled } from '../composition/compose.js';
import { gradientGeometry, isForModule, type ConvGeometry } from '../convolution/conv-geometry.js';
import { layOut } from '../convolution/layout.js';
import { heapOf, type Heap } from '../heap/heap.js';
import { halve } from '../heap/jobs.js';
import type { AddedKernel } from './kernel.js';

/** The gradient of a depthwise convolution with respect to its filter, `[height, width, input channels, multiplier]`. */
export const depthwiseBackpropFilter: AddedKernel = {
  kernelName: 'DepthwiseConv2dNativeBackpropFilter',
  kernel: ({ inputs, attrs = {}, backend }) => {
    const { x, dy } = inputs as { x: TensorInfo; dy: TensorInfo };
    const filterShape = attrs['filterShape'] as number[];
    const geometry = gradientGeometry('DepthwiseConv2dNativeBackpropFilter', x.shape, filterShape, attrs, dy, true);
    if (!isForModule(geometry)) return filled(backend, filterShape);
    const { channels, outChannels } = geometry;
    const heap = heapOf(backend);
    const ofEach = (images: TensorInfo): TensorInfo =>
      gradientOfEach(heap, { ...geometry, channels: outChannels }, images, dy, filterShape);
    if (channels === outChannels) return ofEach(x);
    // a channel with several filters is computed as several channels
    return compose(backend, ({ call, reshape, run }) => {
      const reps = [1, 1, 1, 1, outChannels / channels];
      const repeated = run('Tile', { x: reshape(x, [...x.shape, 1]) }, { reps });
      return call(() => ofEach(reshape(repeated, [...x.shape.slice(0, 3), outChannels])), {});
    });
  },
};

function gradientOfEach(
  heap: Heap,
  geometry: ConvGeometry,
  x: TensorInfo,
  dy: TensorInfo,
  filterShape: number[],
): TensorInfo {
  const { batch, height, width, channels } = geometry;
  const dw = heap.make(filterShape);
  const size = height.filter * width.filter * channels;
  // two partial sums, over the halves of the rows
  const ranges = halve(batch * height.output, width.output * size);
  const [at, second] = layOut(heap, geometry, () => [4 * size]) as [number, number];
  const [images, gradients, first] = [heap.addressOf(x), heap.addressOf(dy), heap.addressOf(dw)];
  const jobs = ranges.map(({ begin, count }, i) => {
    return { conv: at, x: images, dy: gradients, dw: i === 0 ? first : second, begin, count };
  });
  heap.runAll('depthwiseFilterGradient', jobs);
  if (ranges.length > 1) heap.run.addNumbers({ target: first, source: second, n: size });
  return dw;
}
