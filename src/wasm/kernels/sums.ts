import * as tf from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { heapOf, type Heap } from '../heap.js';
import type { ReplacedKernel } from './kernel.js';
import { halve } from '../jobs.js';

/** So many rows of a narrow matrix are read as one, so that four columns can be added at once. */
const TOGETHER = 16;

/** Numbers from which on that is worth its second sum. */
const LONG = 2 ** 12;

/** Sums and means over axes that are neighbours; tfjs brings other axes to the end first and adds number by number. */
export const sum: ReplacedKernel = { kernelName: 'Sum', replace: (original) => reduction(original, () => 1) };
export const mean: ReplacedKernel = { kernelName: 'Mean', replace: (original) => reduction(original, (n) => 1 / n) };

function reduction(
  original: ReturnType<ReplacedKernel['replace']>,
  factorOf: (n: number) => number,
): ReturnType<ReplacedKernel['replace']> {
  return (args) => {
    const x = args.inputs['x']!;
    const { axis, keepDims } = args.attrs as { axis: number | number[]; keepDims: boolean };
    const heap = heapOf(args.backend);
    const axes = tf.util.parseAxisParam(axis, x.shape);
    const view = viewOf(x.shape, axes);
    if (heap === null || x.dtype !== 'float32' || view === undefined) return original(args);
    const kept = x.shape.map((size, i) => (axes.includes(i) ? 1 : size));
    const y = heap.make(keepDims ? kept : kept.filter((_, i) => !axes.includes(i)));
    const factor = factorOf(view.reduced);
    if (view.inner === 1) addRows(heap, x, y, view, factor);
    else addColumns(heap, x, y, view, factor);
    return y;
  };
}

/** A tensor as `[outer, reduced, inner]`, of which the second axis is added up. */
interface View {
  readonly outer: number;
  readonly reduced: number;
  readonly inner: number;
}

/** The view in which these axes are one; undefined if others lie between them, or if there is nothing to add. */
function viewOf(shape: readonly number[], axes: readonly number[]): View | undefined {
  const long = axes.filter((axis) => shape[axis] !== 1).sort((a, b) => a - b);
  const [first, last] = [long[0], long.at(-1)];
  if (first === undefined || last === undefined || shape.includes(0)) return undefined;
  const product = (from: number, to: number): number => tf.util.sizeFromShape(shape.slice(from, to));
  const reduced = long.reduce((size, axis) => size * shape[axis]!, 1);
  if (reduced !== product(first, last + 1)) return undefined;
  return { outer: product(0, first), reduced, inner: product(last + 1, shape.length) };
}

function addRows(heap: Heap, x: TensorInfo, y: TensorInfo, { outer, reduced }: View, factor: number): void {
  const [from, to] = [heap.addressOf(x), heap.addressOf(y)];
  const jobs = halve(outer, reduced).map(({ begin, count }) => {
    return [from + 4 * reduced * begin, to + 4 * begin, count, reduced, factor];
  });
  heap.runAll('rowSums', jobs);
}

function addColumns(heap: Heap, x: TensorInfo, y: TensorInfo, view: View, factor: number): void {
  const { outer, reduced, inner } = view;
  const narrow = inner < TOGETHER && reduced * inner >= LONG;
  if (outer > 1 && !narrow) {
    const [from, to] = [heap.addressOf(x), heap.addressOf(y)];
    const jobs = halve(outer, reduced * inner).map(({ begin, count }) => {
      return [from + 4 * begin * reduced * inner, to + 4 * begin * inner, count, reduced, inner, factor];
    });
    heap.runAll('columnSumsOfEach', jobs);
    return;
  }
  // Sums of parts of the rows, which are then added in their order; the last part has the rows that are left over.
  const together = narrow ? TOGETHER : 1;
  const parts = halve(Math.floor(reduced / together), together * inner);
  const rest = reduced % together;
  const width = together * inner;
  const scratch = heap.scratch(4 * (width * parts.length + inner));
  const [from, to] = [heap.addressOf(x), heap.addressOf(y)];
  for (let i = 0; i < outer; i++) {
    const matrix = from + 4 * i * reduced * inner;
    const jobs = parts.map(({ begin, count }, k) => [
      matrix + 4 * width * begin,
      scratch + 4 * width * k,
      count,
      width,
    ]);
    heap.runAll('columnSums', jobs);
    const last = scratch + 4 * width * parts.length;
    if (rest > 0) heap.run.columnSums(matrix + 4 * (reduced - rest) * inner, last, rest, inner);
    const rows = together * parts.length + (rest > 0 ? 1 : 0);
    heap.run.addRows(scratch, to + 4 * i * inner, rows, inner, factor);
  }
}
