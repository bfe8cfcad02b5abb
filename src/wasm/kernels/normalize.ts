import type { TensorInfo } from '@tensorflow/tfjs-core';
import { normalizeInOneKernel } from '../../operations/in-one-kernel.js';
import { NORMALIZE_KERNEL } from '../../tensor/own-kernels.js';
import { heapOf, type Heap } from '../heap/heap.js';
import type { AddedKernel } from './kernel.js';
import { divide, isRowWise, layoutOf, shareOut, type NormalizeLayout } from './normalize-layout.js';

/** The normalised x and the mean and the variance of each group: for each channel of an example, or for each row in a layer norm. */
export const normalize: AddedKernel = {
  kernelName: NORMALIZE_KERNEL,
  operation: normalizeInOneKernel,
  kernel: ({ inputs, attrs, backend }) => {
    const { x, scale, offset } = inputs as { x: TensorInfo; scale: TensorInfo; offset: TensorInfo };
    const heap = heapOf(backend);
    const layout = layoutOf(x, attrs);
    const { examples, channels } = layout;
    const y = heap.make(x.shape);
    const kept = [examples, isRowWise(layout) ? 1 : channels];
    const [means, variances] = [heap.make(kept), heap.make(kept)];
    const places = {
      x: heap.addressOf(x),
      scale: heap.addressOf(scale),
      offset: heap.addressOf(offset),
      y: heap.addressOf(y),
      means: heap.addressOf(means),
      variances: heap.addressOf(variances),
    };
    (isRowWise(layout) ? normalizeRows : examples === 1 ? normalizeOne : normalizeEach)(heap, layout, places);
    return [y, means, variances];
  },
};

type Places = Readonly<Record<'x' | 'scale' | 'offset' | 'y' | 'means' | 'variances', number>>;

function normalizeRows(heap: Heap, layout: NormalizeLayout, places: Places): void {
  const { channels: n, row, epsilon } = layout;
  const { x, scale, offset, y, means, variances } = places;
  const jobs = shareOut(heap.threads(), layout).map(({ begin, count: rows }) => {
    const [at, own] = [row * begin, 4 * begin];
    return { x: x + at, scale, offset, y: y + at, means: means + own, variances: variances + own, rows, n, epsilon };
  });
  heap.runAll('normalizeRows', jobs);
}

function normalizeEach(heap: Heap, layout: NormalizeLayout, places: Places): void {
  const { rows, channels, size, row, epsilon } = layout;
  const { x, scale, offset, y, means, variances } = places;
  const ranges = shareOut(heap.threads(), layout);
  const scratch = heap.scratch(2 * row * ranges.length);
  const jobs = ranges.map(({ begin, count }, i) => {
    const [example, statistics] = [row * rows * begin, row * begin];
    return {
      x: x + example,
      scale,
      offset,
      y: y + example,
      means: means + statistics,
      variances: variances + statistics,
      examples: count,
      rows,
      channels,
      size,
      epsilon,
      scratch: scratch + 2 * row * i,
    };
  });
  heap.runAll('normalizeExamples', jobs);
}

/** Works in three passes; between them, the sums of all ranges are combined. */
function normalizeOne(heap: Heap, layout: NormalizeLayout, places: Places): void {
  const { rows, channels, size, row, epsilon } = layout;
  const { x, scale, offset, y, means, variances } = places;
  const ranges = divide(layout);
  const scratch = heap.scratch(row * (ranges.length + 1));
  const factors = scratch + row * ranges.length;
  const inAll = (): void => heap.run.addRows({ x: scratch, y: scratch, rows: ranges.length, n: channels, factor: 1 });
  heap.runAll(
    'columnSums',
    ranges.map(({ begin, count }, i) => {
      return { x: x + row * begin, y: scratch + row * i, rows: count, columns: channels };
    }),
  );
  inAll();
  heap.run.groupMeans({ sums: scratch, means, rows, channels, size });
  heap.runAll(
    'columnSquares',
    ranges.map(({ begin, count }, i) => {
      return { x: x + row * begin, means, sums: scratch + row * i, rows: count, channels };
    }),
  );
  inAll();
  heap.run.groupFactors({ sums: scratch, scale, variances, factors, rows, channels, size, epsilon });
  const jobs = shareOut(heap.threads(), layout).map(({ begin, count }) => {
    return { x: x + row * begin, means, factors, offset, y: y + row * begin, rows: count, channels };
  });
  heap.runAll('scaleAndShift', jobs);
}
