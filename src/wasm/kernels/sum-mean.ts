import type { TensorInfo } from '@tensorflow/tfjs-core';
import { heapOf, type Heap } from '../heap/heap.js';
import { halve, share } from '../heap/jobs.js';
import { axesOf, keptShape } from './axes.js';
import type { ReplacedKernel } from './kernel.js';
import { emptyReduction } from './empty-reductions.js';

/** This many rows of a narrow matrix are read as one row, so that four numbers can be added at once. */
const TOGETHER = 16;

/** From this many numbers on, that is worth its second sum. */
const LONG = 2 ** 12;

/** Sums and means over adjacent axes; tfjs's kernels first move the axes to the end, and then add number by number. */
export const sum: ReplacedKernel = { kernelName: 'Sum', replace: (original) => reduction(original, () => 1) };
export const mean: ReplacedKernel = { kernelName: 'Mean', replace: (original) => reduction(original, (n) => 1 / n) };

function reduction(
  original: ReturnType<ReplacedKernel['replace']>,
  factorOf: (n: number) => number,
): ReturnType<ReplacedKernel['replace']> {
  return (args) => {
    const x = args.inputs['x']!;
    const { axis, keepDims } = args.attrs as { axis: number | number[] | undefined; keepDims: boolean };
    const empty = emptyReduction(args, 0 * factorOf(0));
    if (empty !== undefined) return empty;
    if (x.dtype !== 'float32') return original(args);
    const summed = axesOf(axis, x.shape.length);
    const view = viewOf(x.shape, summed);
    if (view === undefined) return original(args);
    const heap = heapOf(args.backend);
    const y = heap.make(keptShape(x.shape, summed, keepDims));
    const factor = factorOf(view.reduced);
    if (view.inner === 1) addRows(heap, x, y, view, factor);
    else addColumns(heap, x, y, view, factor);
    return y;
  };
}

/** A tensor as `[outer, reduced, inner]`, whose second axis is summed. */
interface View {
  readonly outer: number;
  readonly reduced: number;
  readonly inner: number;
}

/** The view in which these axes are a single axis; undefined if other axes lie between them, or if there is nothing to add. */
function viewOf(shape: readonly number[], summed: number): View | undefined {
  let [outer, reduced, inner] = [1, 1, 1];
  for (let axis = 0; axis < shape.length; axis++) {
    const size = shape[axis]!;
    if (size === 0) return undefined;
    if (size === 1) continue;
    const isSummed = ((summed >> axis) & 1) === 1;
    if (isSummed && inner > 1) return undefined;
    if (isSummed) reduced *= size;
    else if (reduced > 1) inner *= size;
    else outer *= size;
  }
  return reduced === 1 ? undefined : { outer, reduced, inner };
}

function addRows(heap: Heap, x: TensorInfo, y: TensorInfo, { outer, reduced }: View, factor: number): void {
  const [from, to] = [heap.addressOf(x), heap.addressOf(y)];
  const jobs = share(heap.threads(), outer, reduced).map(({ begin, count }) => {
    return { x: from + 4 * reduced * begin, y: to + 4 * begin, rows: count, n: reduced, factor };
  });
  heap.runAll('rowSums', jobs);
}

function addColumns(heap: Heap, x: TensorInfo, y: TensorInfo, view: View, factor: number): void {
  const { outer, reduced, inner } = view;
  const narrow = inner < TOGETHER && reduced * inner >= LONG;
  if (outer > 1 && !narrow) {
    const [from, to] = [heap.addressOf(x), heap.addressOf(y)];
    const jobs = share(heap.threads(), outer, reduced * inner).map(({ begin, count }) => ({
      x: from + 4 * begin * reduced * inner,
      y: to + 4 * begin * inner,
      matrices: count,
      rows: reduced,
      columns: inner,
      factor,
    }));
    heap.runAll('columnSumsOfEach', jobs);
    return;
  }
  // Sums of parts of the rows, which are then added in order; the last part has the remaining rows.
  const together = narrow ? TOGETHER : 1;
  const parts = halve(Math.floor(reduced / together), together * inner);
  const rest = reduced % together;
  const width = together * inner;
  const scratch = heap.scratch(4 * (width * parts.length + inner));
  const [from, to] = [heap.addressOf(x), heap.addressOf(y)];
  for (let i = 0; i < outer; i++) {
    const matrix = from + 4 * i * reduced * inner;
    const jobs = parts.map(({ begin, count }, k) => ({
      x: matrix + 4 * width * begin,
      y: scratch + 4 * width * k,
      rows: count,
      columns: width,
    }));
    heap.runAll('columnSums', jobs);
    if (rest > 0) {
      const last = scratch + 4 * width * parts.length;
      heap.run.columnSums({ x: matrix + 4 * (reduced - rest) * inner, y: last, rows: rest, columns: inner });
    }
    const rows = together * parts.length + (rest > 0 ? 1 : 0);
    heap.run.addRows({ x: scratch, y: to + 4 * i * inner, rows, n: inner, factor });
  }
}
