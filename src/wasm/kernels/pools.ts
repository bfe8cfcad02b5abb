import * as tf from '@tensorflow/tfjs-core';
import type { NamedAttrMap, TensorInfo } from '@tensorflow/tfjs-core';
import { outOfRange } from '../../tensor/errors.js';
import type { KernelFunction } from '../composition/compose.js';
import { convGeometry, type ConvGeometry } from '../convolution/conv-geometry.js';
import { fitsXnnpack } from '../convolution/framed.js';
import { imageBytes, layOut } from '../convolution/layout.js';
import { averageAt, windowsOf } from '../convolution/places-of-maxima.js';
import { heapOf, type Heap } from '../heap/heap.js';
import { share } from '../heap/jobs.js';
import type { ReplacedKernel } from './kernel.js';

type Arguments = Parameters<KernelFunction>[0];

/** The largest number of each window. tfjs's kernel loses NaN, and writes beyond its output: see {@link checkWindows}. */
const maxPool: ReplacedKernel = {
  kernelName: 'MaxPool',
  replace: (original) => (args) => {
    const geometry = checkWindows('MaxPool', args);
    const x = args.inputs['x']!;
    return x.dtype === 'float32' ? largest(heapOf(args.backend), x, geometry) : original(args);
  },
};

/** The average of each window by tfjs's kernel, which turns NaN into an infinity. */
const avgPool: ReplacedKernel = {
  kernelName: 'AvgPool',
  replace: (original) => (args) => {
    checkWindows('AvgPool', args);
    return repaired(heapOf(args.backend), args, original(args) as TensorInfo);
  },
};

export const pools: readonly ReplacedKernel[] = [avgPool, maxPool];

function largest(heap: Heap, x: TensorInfo, geometry: ConvGeometry): TensorInfo {
  const { batch, height, width, channels } = geometry;
  const y = heap.make([batch, height.output, width.output, channels]);
  const [conv] = layOut(heap, geometry, () => []) as [number];
  const [from, to] = [heap.addressOf(x), heap.addressOf(y)];
  const end = from + batch * imageBytes(geometry);
  const size = width.output * channels * height.filter * width.filter;
  const jobs = share(heap.threads(), batch * height.output, size).map(({ begin, count }) => {
    return { conv, x: from, end, y: to, begin, count };
  });
  heap.runAll('maxPool', jobs);
  return y;
}

/** Computes the numbers of y that are not finite again, in place: no other tensor shares y's numbers. */
function repaired(heap: Heap, { inputs, attrs = {} }: Arguments, y: TensorInfo): TensorInfo {
  const x = inputs['x'] as TensorInfo;
  const n = tf.util.sizeFromShape(y.shape);
  if (heap.run.squaresAreFinite({ x: heap.addressOf(y), n }) === 1) return y;
  const windows = windowsOf(x.shape, attrs);
  const [pixels, averages] = [x, y].map((one) => heap.backend.typedArrayFromHeap(one)) as [Float32Array, Float32Array];
  averages.forEach((average, i) => {
    if (!Number.isFinite(average)) averages[i] = averageAt(pixels, windows, i);
  });
  return y;
}

/** Throws for windows that XNNPACK does not know: it would write beyond the output that tfjs has allocated. */
function checkWindows(kernelName: string, { inputs, attrs = {} }: Arguments): ConvGeometry {
  const { pad } = attrs;
  const { shape } = inputs['x'] as TensorInfo;
  const [height, width = height] = [attrs['filterSize'] as number | number[]].flat() as [number, number?];
  const geometryOf = (attributes: NamedAttrMap): ConvGeometry =>
    convGeometry(kernelName, shape, [height, width, shape[3]!, 1], attributes, true);
  const geometry = geometryOf(attrs);
  // correct, even if windows are smaller than their stride
  if (typeof pad === 'string') return geometry;
  // tfjs does not pass the rounding of the outputs' number to the gradient
  const rounded =
    attrs['dimRoundingMode'] === undefined ? geometry : geometryOf({ ...attrs, dimRoundingMode: 'floor' });
  const isRoundedDown = [0, 1].every((axis) => outputsOf(rounded)[axis] === outputsOf(geometry)[axis]);
  if (isRoundedDown && fitsXnnpack(geometry, pad)) return geometry;
  throw outOfRange(kernelName, 'pad', 'must leave every window within the padded images on the wasm backend', {
    got: pad,
    fix: "Instead of a number write [[0, 0], [top, bottom], [left, right], [0, 0]]; as dimRoundingMode take 'floor'.",
  });
}

function outputsOf({ height, width }: ConvGeometry): readonly number[] {
  return [height.output, width.output];
}
