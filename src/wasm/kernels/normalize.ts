import * as tf from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { NormalizeNumbers } from '../../operations/normalize.js';
import { NORMALIZE_KERNEL, NORMALIZE_GRADIENT_KERNEL } from '../../tensor/own-kernels.js';
import { heapOf, type Heap } from '../heap.js';
import type { AddedKernel } from './kernel.js';
import { halve, type Range } from '../jobs.js';

/** `[examples, rows, channels]`, of which neighbouring channels form groups of `size`. */
interface Layout extends NormalizeNumbers {
  readonly rows: number;
  readonly channels: number;
  readonly size: number;
  /** The bytes of one row. */
  readonly row: number;
}

function layoutOf(x: TensorInfo, attributes: unknown): Layout {
  const { examples, groups, epsilon } = attributes as NormalizeNumbers;
  const channels = x.shape.at(-1)!;
  const rows = tf.util.sizeFromShape(x.shape) / (examples * channels);
  return { examples, groups, epsilon, rows, channels, size: channels / groups, row: 4 * channels };
}

/** One example alone is divided by its rows, more of them by examples. */
const divide = ({ examples, rows, channels }: Layout): readonly Range[] =>
  examples === 1 ? halve(rows, channels) : halve(examples, rows * channels);

/** The normalised x, and of each example and channel the mean and the variance of its group. */
export const normalize: AddedKernel = {
  kernelName: NORMALIZE_KERNEL,
  needsHeap: true,
  kernel: ({ inputs, attrs, backend }) => {
    const { x, scale, offset } = inputs as { x: TensorInfo; scale: TensorInfo; offset: TensorInfo };
    const heap = heapOf(backend)!;
    const layout = layoutOf(x, attrs);
    const { examples, channels } = layout;
    const y = heap.make(x.shape);
    const [means, variances] = [heap.make([examples, channels]), heap.make([examples, channels])];
    const ranges = divide(layout);
    const scratch = heap.scratch(layout.row * 3 * ranges.length);
    const places = [x, scale, offset, y, means, variances].map(heap.addressOf) as Places;
    (examples === 1 ? normalizeOne : normalizeEach)(heap, layout, ranges, places, scratch);
    return [y, means, variances];
  },
};

type Places = [x: number, scale: number, offset: number, y: number, means: number, variances: number];

function normalizeEach(heap: Heap, layout: Layout, ranges: readonly Range[], places: Places, scratch: number): void {
  const { rows, channels, size, row, epsilon } = layout;
  const [x, scale, offset, y, means, variances] = places;
  const jobs = ranges.map(({ begin, count }, i) => {
    const [example, statistics] = [row * rows * begin, row * begin];
    return [
      ...[x + example, scale, offset, y + example, means + statistics, variances + statistics],
      ...[count, rows, channels, size, epsilon, scratch + 2 * row * i],
    ];
  });
  heap.runAll('normalizeExamples', jobs);
}

/** In three passes, between which the sums of all ranges come together. */
function normalizeOne(heap: Heap, layout: Layout, ranges: readonly Range[], places: Places, scratch: number): void {
  const { rows, channels, size, row, epsilon } = layout;
  const [x, scale, offset, y, means, variances] = places;
  const factors = scratch + row * ranges.length;
  const inAll = (): void => void heap.run.addRows(scratch, scratch, ranges.length, channels, 1);
  heap.runAll(
    'columnSums',
    ranges.map(({ begin, count }, i) => [x + row * begin, scratch + row * i, count, channels]),
  );
  inAll();
  heap.run.groupMeans(scratch, means, rows, channels, size);
  heap.runAll(
    'columnSquares',
    ranges.map(({ begin, count }, i) => [x + row * begin, means, scratch + row * i, count, channels]),
  );
  inAll();
  heap.run.groupFactors(scratch, scale, variances, factors, rows, channels, size, epsilon);
  const jobs = ranges.map(({ begin, count }) => {
    return [x + row * begin, means, factors, offset, y + row * begin, count, channels];
  });
  heap.runAll('scaleAndShift', jobs);
}

/** The gradients in x, scale and offset. */
export const normalizeGradient: AddedKernel = {
  kernelName: NORMALIZE_GRADIENT_KERNEL,
  needsHeap: true,
  kernel: ({ inputs, attrs, backend }) => {
    const names = ['x', 'dy', 'scale', 'means', 'variances'];
    const x = inputs['x']!;
    const heap = heapOf(backend)!;
    const layout = layoutOf(x, attrs);
    const { channels, row } = layout;
    const [dx, dScale, dOffset] = [heap.make(x.shape), heap.make([channels]), heap.make([channels])];
    const ranges = divide(layout);
    const scratch = heap.scratch(row * 7 * ranges.length);
    const from = names.map((name) => heap.addressOf(inputs[name]!)) as GradientPlaces['from'];
    const to = [dx, dScale, dOffset].map(heap.addressOf) as GradientPlaces['to'];
    (layout.examples === 1 ? gradientOfOne : gradientOfEach)(heap, layout, ranges, { from, to, scratch });
    return [dx, dScale, dOffset];
  },
};

interface GradientPlaces {
  readonly from: [x: number, dy: number, scale: number, means: number, variances: number];
  readonly to: [dx: number, dScale: number, dOffset: number];
  readonly scratch: number;
}

function gradientOfEach(
  heap: Heap,
  layout: Layout,
  ranges: readonly Range[],
  { from, to, scratch }: GradientPlaces,
): void {
  const { rows, channels, size, row, epsilon } = layout;
  const [x, dy, scale, means, variances] = from;
  const [dx, dScale, dOffset] = to;
  // each range's dScale, then each one's dOffset, then what each one needs besides
  const [offsets, rest] = [scratch + row * ranges.length, scratch + 2 * row * ranges.length];
  const jobs = ranges.map(({ begin, count }, i) => {
    const [example, statistics] = [row * rows * begin, row * begin];
    return [
      ...[x + example, dy + example, scale, means + statistics, variances + statistics],
      ...[dx + example, scratch + row * i, offsets + row * i],
      ...[count, rows, channels, size, epsilon, rest + 5 * row * i],
    ];
  });
  heap.runAll('normalizeGradient', jobs);
  heap.run.addRows(scratch, dScale, ranges.length, channels, 1);
  heap.run.addRows(offsets, dOffset, ranges.length, channels, 1);
}

/** In two passes, between which the sums of all ranges come together. */
function gradientOfOne(
  heap: Heap,
  layout: Layout,
  ranges: readonly Range[],
  { from, to, scratch }: GradientPlaces,
): void {
  const { rows, channels, size, row, epsilon } = layout;
  const [x, dy, scale, means, variances] = from;
  const [dx, dScale, dOffset] = to;
  const [shifts, pulls, factors] = [scratch, scratch + row, scratch + 2 * row];
  const [slopes, products] = [scratch + 3 * row, scratch + 3 * row + row * ranges.length];
  heap.run.factorsOf(scale, variances, factors, channels, epsilon);
  const jobs = ranges.map(({ begin, count }, i) => {
    const at = row * begin;
    return [...[x + at, dy + at, means], ...[slopes + row * i, products + row * i, count, channels]];
  });
  heap.runAll('slopeSums', jobs);
  heap.run.addRows(slopes, slopes, ranges.length, channels, 1);
  heap.run.addRows(products, products, ranges.length, channels, 1);
  heap.run.gradientFactors(
    ...[slopes, products, scale, variances, shifts, pulls, dScale, dOffset, 0],
    ...[rows, channels, size, epsilon],
  );
  heap.runAll(
    'combineGradient',
    ranges.map(({ begin, count }) => {
      const at = row * begin;
      return [x + at, dy + at, means, factors, pulls, shifts, dx + at, count, channels];
    }),
  );
}
