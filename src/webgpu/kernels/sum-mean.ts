import * as tf from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { gpuOf } from '../device/gpu.js';
import { sizeOf } from '../device/shader.js';
import { dispatch } from './dispatch.js';
import { eachOfUnit, inGroups } from './in-groups.js';
import type { ReplacedKernel } from './kernel.js';

/** More rows are added in two dispatches, so that not a few threads have all the work. */
const MANY_ROWS = 16_384;

/** Over the middle axis of three. */
const shader = inGroups({
  name: 'sum',
  reads: 'x',
  numbers: 'factor:f32',
  code: `${eachOfUnit('sums.x += x[at];')}
    sums = overRows(sums);
    if (isFirst) { y[unit] = sums.x * u.factor; }`,
  plan: (_, { view: [examples, rows, groups], shape, factor }: Sums) => ({
    shapes: [shape],
    numbers: [factor],
    groups: { examples, rows, groups },
  }),
});

type View = [outer: number, rows: number, inner: number];

interface Sums {
  readonly view: View;
  readonly shape: readonly number[];
  readonly factor: number;
}

/**
 * Sums and means over axes that are not the last ones, for which tfjs transposes the tensor first. Where it does not, its own kernel stays.
 */
function overColumns(kernelName: 'Sum' | 'Mean'): ReplacedKernel {
  return {
    kernelName,
    replace: (original) => (call) => {
      const { inputs, attrs, backend } = call;
      const x = inputs['x']!;
      const { axis, keepDims } = attrs as unknown as { axis: number | number[]; keepDims?: boolean };
      const axes = tf.util.parseAxisParam(axis, [...x.shape]);
      const view = viewOf(x.shape, axes);
      if (view === undefined || x.dtype !== 'float32') return original(call);
      const gpu = gpuOf(backend);
      const [outer, rows, inner] = view;
      const shape = x.shape.flatMap((size, i) => (!axes.includes(i) ? [size] : keepDims ? [1] : []));
      const sum = (from: TensorInfo, sums: Sums): TensorInfo => dispatch(gpu, shader, { x: from }, sums)[0]!;
      const chunks = rows > MANY_ROWS ? divisorOf(rows) : 1;
      const first =
        chunks === 1
          ? x
          : sum(x, { view: [outer * chunks, rows / chunks, inner], shape: [outer, chunks, inner], factor: 1 });
      const y = sum(first, {
        view: [outer, chunks === 1 ? rows : chunks, inner],
        shape,
        factor: kernelName === 'Mean' ? 1 / rows : 1,
      });
      if (first !== x) gpu.free(first);
      return y;
    },
  };
}

/** The largest divisor of rows that is at most their square root. */
function divisorOf(rows: number): number {
  let divisor = Math.floor(Math.sqrt(rows));
  while (rows % divisor > 0) divisor--;
  return divisor;
}

/** `[outer, rows, inner]`, where the axes are the middle one, and inner is more than 1; undefined if there is no such view. */
function viewOf(shape: readonly number[], axes: readonly number[]): View | undefined {
  const summed = axes.filter((axis) => shape[axis]! > 1);
  const [first, end] = [Math.min(...summed), Math.max(...summed) + 1];
  const [outer, rows, inner] = [shape.slice(0, first), shape.slice(first, end), shape.slice(end)].map(sizeOf) as View;
  const isMiddle = outer > 0 && rows > 1 && inner > 1 && rows === sizeOf(summed.map((axis) => shape[axis]!));
  return isMiddle ? [outer, rows, inner] : undefined;
}

export const sumMean: readonly ReplacedKernel[] = [overColumns('Sum'), overColumns('Mean')];
