import { NORMALIZE_GRADIENT_KERNEL } from '../../tensor/own-kernels.js';
import { filled } from '../composition/compose.js';
import { heapOf, type Heap } from '../heap/heap.js';
import type { Range } from '../heap/jobs.js';
import type { AddedKernel } from './kernel.js';
import { divide, isRowWise, layoutOf, shareOut, type NormalizeLayout } from './normalize-layout.js';

/** The gradients with respect to x, scale and offset. */
export const normalizeGradient: AddedKernel = {
  kernelName: NORMALIZE_GRADIENT_KERNEL,
  kernel: ({ inputs, attrs, backend }) => {
    const x = inputs['x']!;
    const heap = heapOf(backend);
    const layout = layoutOf(x, attrs);
    const { channels, row } = layout;
    // the variance of nothing is NaN
    if (x.shape.includes(0)) return [x.shape, [channels], [channels]].map((shape) => filled(backend, shape));
    const [dx, dScale, dOffset] = [heap.make(x.shape), heap.make([channels]), heap.make([channels])];
    const ranges = divide(layout);
    const scratch = heap.scratch(row * 7 * ranges.length);
    const places: Places = {
      x: heap.addressOf(x),
      dy: heap.addressOf(inputs['dy']!),
      scale: heap.addressOf(inputs['scale']!),
      means: heap.addressOf(inputs['means']!),
      variances: heap.addressOf(inputs['variances']!),
      dx: heap.addressOf(dx),
      dScale: heap.addressOf(dScale),
      dOffset: heap.addressOf(dOffset),
      scratch,
    };
    (layout.examples === 1 ? gradientOfOne : gradientOfEach)(heap, layout, ranges, places);
    return [dx, dScale, dOffset];
  },
};

type Places = Readonly<
  Record<'x' | 'dy' | 'scale' | 'means' | 'variances' | 'dx' | 'dScale' | 'dOffset' | 'scratch', number>
>;

function gradientOfEach(heap: Heap, layout: NormalizeLayout, ranges: readonly Range[], places: Places): void {
  const { rows, channels, size, row, epsilon } = layout;
  const { x, dy, scale, means, variances, dx, dScale, dOffset, scratch } = places;
  // dScale of each range, then dOffset of each, then the other scratch space of each
  const [offsets, rest] = [scratch + row * ranges.length, scratch + 2 * row * ranges.length];
  const placesOf = ({ begin }: Range, i: number, statistics: number) => ({
    x: x + row * rows * begin,
    dy: dy + row * rows * begin,
    scale,
    means: means + statistics * begin,
    variances: variances + statistics * begin,
    dx: dx + row * rows * begin,
    dScale: scratch + row * i,
    dOffset: offsets + row * i,
    epsilon,
  });
  if (isRowWise(layout)) {
    const jobs = ranges.map((range, i) => ({ ...placesOf(range, i, 4), rows: range.count, n: channels }));
    heap.runAll('normalizeRowsGradient', jobs);
  } else {
    const jobs = ranges.map((range, i) => {
      const examples = range.count;
      return { ...placesOf(range, i, row), examples, rows, channels, size, scratch: rest + 5 * row * i };
    });
    heap.runAll('normalizeGradient', jobs);
  }
  heap.run.addRows({ x: scratch, y: dScale, rows: ranges.length, n: channels, factor: 1 });
  heap.run.addRows({ x: offsets, y: dOffset, rows: ranges.length, n: channels, factor: 1 });
}

/** Works in two passes; between them, the sums of all ranges are combined. */
function gradientOfOne(heap: Heap, layout: NormalizeLayout, ranges: readonly Range[], places: Places): void {
  const { rows, channels, size, row, epsilon } = layout;
  const { x, dy, scale, means, variances, dx, dScale, dOffset, scratch } = places;
  const [shifts, pulls, factors] = [scratch, scratch + row, scratch + 2 * row];
  const [slopes, products] = [scratch + 3 * row, scratch + 3 * row + row * ranges.length];
  heap.run.factorsOf({ scale, variances, factors, channels, epsilon });
  const sums = ranges.map(({ begin, count }, i) => ({
    x: x + row * begin,
    dy: dy + row * begin,
    means,
    slopes: slopes + row * i,
    products: products + row * i,
    rows: count,
    channels,
  }));
  heap.runAll('slopeSums', sums);
  heap.run.addRows({ x: slopes, y: slopes, rows: ranges.length, n: channels, factor: 1 });
  heap.run.addRows({ x: products, y: products, rows: ranges.length, n: channels, factor: 1 });
  heap.run.gradientFactors({
    slopes,
    products,
    scale,
    variances,
    shifts,
    pulls,
    dScale,
    dOffset,
    added: 0,
    rows,
    channels,
    size,
    epsilon,
  });
  const jobs = shareOut(heap.threads(), layout).map(({ begin, count }) => {
    const at = row * begin;
    return { x: x + at, dy: dy + at, means, factors, pulls, shifts, dx: dx + at, rows: count, channels };
  });
  heap.runAll('combineGradient', jobs);
}
