import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { linear, ofOne } from './gradients-of-numbers.js';
import { cumsum, mirrorPad } from './repair-linear.js';
import type { Additions, RegisteredGradient } from './registered-gradient.js';

/** The gradients of operations that move numbers, and of sums, means and extremes over axes. */
export const gradientsOfShapes: Additions = {
  ArgMax: () => ofOne((_, x) => tf.zeros(x.shape)),
  ArgMin: () => ofOne((_, x) => tf.zeros(x.shape)),
  Concat: () => pieces((dy, inputs, axis) => tf.split(dy, inputs.map(({ shape }) => shape[axis]!), axis)), // prettier-ignore
  Cumsum: cumsum,
  ExpandDims: () => reshaped('input'),
  GatherV2: gather,
  Max: extreme,
  Mean: () => ofOne((dy, x, { axis }) => tf.div(repeated(dy, x, axis), x.size / dy.size)),
  Min: extreme,
  MirrorPad: mirrorPad,
  OneHot: () => ({
    inputsToSave: ['indices'],
    gradFunc: (_, [indices]) => ({ indices: () => tf.zeros(indices!.shape) }),
  }),
  Pack: () => pieces((dy, inputs, axis) => tf.split(dy, inputs.length, axis)),
  PadV2: () =>
    ofOne((dy, x, { paddings }) => tf.slice(dy, (paddings as [number, number][]).map(([before]) => before), x.shape)), // prettier-ignore
  Reshape: () => reshaped('x'),
  Reverse: () => linear((dy, { dims }) => tf.reverse(dy, dims as number[])),
  Slice: () =>
    ofOne((dy, x, { begin }) => {
      const start = [begin].flat() as number[];
      return tf.pad(dy, x.shape.map((size, axis) => [start[axis] ?? 0, size - (start[axis] ?? 0) - dy.shape[axis]!] as [number, number])); // prettier-ignore
    }),
  SplitV: () => ({
    gradFunc: (dys, _, { axis }) => ({ x: () => tf.concat(dys as Tensor[], axis as unknown as number) }),
  }),
  Sum: () => ofOne((dy, x, { axis }) => repeated(dy, x, axis)),
  Tile: () => ofOne(summedTiles),
  Transpose: () =>
    linear((dy, { perm }) => {
      const order = perm as number[];
      return tf.transpose(dy, order.map((_, axis) => order.indexOf(axis))); // prettier-ignore
    }),
  UnsortedSegmentSum: () => ({
    inputsToSave: ['segmentIds'],
    gradFunc: (dy, [ids]) => ({
      // rows with a negative index are in no sum
      x: () => {
        const rows = tf.gather(dy as Tensor, tf.maximum(ids!, tf.zerosLike(ids!)));
        const counts = tf.cast(tf.greaterEqual(ids!, tf.scalar(0, 'int32')), 'float32');
        return tf.mul(rows, tf.reshape(counts, [-1, ...new Array<number>(rows.rank - 1).fill(1)]));
      },
      segmentIds: () => tf.zeros(ids!.shape),
    }),
  }),
};

/** The gradients with respect to a list of tensors that were joined along an axis. */
function pieces(split: (dy: Tensor, inputs: Tensor[], axis: number) => Tensor[]): RegisteredGradient {
  return {
    saveAllInputs: true,
    gradFunc: (dy, inputs, { axis }) => {
      const of = (dy as Tensor).rank;
      const parts = split(dy as Tensor, inputs, ((axis as unknown as number) + of) % of);
      return Object.fromEntries(inputs.map(({ shape }, i) => [i, () => tf.reshape(parts[i]!, shape)]));
    },
  };
}

function reshaped(name: string): RegisteredGradient {
  return {
    inputsToSave: [name],
    gradFunc: (dy, [x]) => ({ [name]: () => tf.reshape(dy as Tensor, x!.shape) }),
  };
}

/** The gradient of `tf.gather` adds each number of dy to the one that was taken; indices have none. */
function gather(): RegisteredGradient {
  return {
    inputsToSave: ['x', 'indices'],
    gradFunc: (dy, [x, indices], attributes) => ({
      x: () => {
        const { axis, batchDims } = attributes as unknown as { readonly axis: number; readonly batchDims: number };
        const { shape, size } = x!;
        // whole rows along the first axis; otherwise single numbers, by their places in x
        const isRows = axis === 0 && batchDims === 0;
        const places = (): Tensor => tf.reshape(tf.range(0, size, 1, 'int32'), shape);
        const ids = isRows ? indices! : tf.gather(places(), indices!, axis, batchDims);
        const [count, row] = isRows ? [shape[0], shape.slice(1)] : [size, []];
        const sums = tf.unsortedSegmentSum(tf.reshape(dy as Tensor, [ids.size, ...row]), tf.reshape(ids, [-1]), count);
        return tf.reshape(sums, shape);
      },
      indices: () => tf.zeros(indices!.shape),
    }),
  };
}

/** The shape of x with 1 along the axes over which it was reduced; without axes, over all. */
function keptShape({ shape, rank }: Tensor, axis: unknown): number[] {
  const axes = axis === undefined || axis === null ? [...shape.keys()] : ([axis].flat() as number[]).map((i) => (i + rank) % rank); // prettier-ignore
  return shape.map((size, i) => (axes.includes(i) ? 1 : size));
}

/** The gradient of a sum, repeated over the axes of the sum. */
function repeated(dy: Tensor, x: Tensor, axis: unknown): Tensor {
  return tf.mul(tf.reshape(dy, keptShape(x, axis)), tf.ones(x.shape));
}

/** The gradient of a maximum or a minimum over axes goes to each number that equals it. */
function extreme(): RegisteredGradient {
  return {
    inputsToSave: ['x'],
    outputsToSave: [true],
    gradFunc: (dy, [x, y], { reductionIndices, axis }) => ({
      x: () => {
        // tfjs has two names for the axes
        const shape = keptShape(x!, reductionIndices ?? axis);
        return tf.mul(tf.reshape(dy as Tensor, shape), tf.cast(tf.equal(x!, tf.reshape(y!, shape)), 'float32'));
      },
    }),
  };
}

/** The sum over the copies of x that a tile consists of. */
function summedTiles(dy: Tensor, x: Tensor, { reps }: Readonly<Record<string, unknown>>): Tensor {
  return (reps as number[]).reduce((sum, count, axis) => {
    if (count === 1) return sum;
    // one axis at a time, with at most three axes, which every backend sums
    const outer = sum.shape.slice(0, axis).reduce((size, length) => size * length, 1);
    const row = sum.size / (outer * count);
    const summed = tf.sum(tf.reshape(sum, [outer, count, row]), 1);
    return tf.reshape(summed, sum.shape.map((size, i) => (i === axis ? x.shape[axis]! : size))); // prettier-ignore
  }, dy);
}
