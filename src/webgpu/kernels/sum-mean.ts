import * as tf from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { gpuOf } from '../device/gpu.js';
import { sizeOf } from '../device/shader.js';
import { dispatch } from './dispatch.js';
import { eachOfUnit, inGroups, type Groups } from './in-groups.js';

/** More rows are added in two dispatches, so that not a few threads have all the work. */
const MANY_ROWS = 16_384;

interface Sums {
  readonly groups: Groups;
  readonly shape: readonly number[];
  readonly factor: number;
}

const shader = inGroups({
  name: 'sum',
  reads: 'x',
  numbers: 'factor:f32',
  code: `${eachOfUnit('sums.x += x[at];')}
    sums = overRows(sums);
    if (isFirst) { y[unit] = sums.x * u.factor; }`,
  plan: (_, { groups, shape }: Sums) => ({ shapes: [shape], groups }),
});

/**
 * Sums or means over axes that are not the last ones, for which tfjs transposes the tensor first. Where it does not, its own kernel stays.
 */
export function sumOrMean(isMean: boolean, original: tf.KernelConfig['kernelFunc']): typeof original {
  return (call) => {
    const x = call.inputs['x']!;
    const { axis, keepDims } = call.attrs as unknown as { axis: number | number[]; keepDims?: boolean };
    const axes = tf.util.parseAxisParam(axis, [...x.shape]);
    const shape = x.shape.flatMap((size, i) => (!axes.includes(i) ? [size] : keepDims ? [1] : []));
    if (x.dtype !== 'float32') return original(call);
    const gpu = gpuOf(call.backend);
    // tfjs would make a buffer of no size
    if (x.shape.includes(0)) return gpu.make(shape, new Float32Array(sizeOf(shape)).fill(isMean ? NaN : 0));
    const view = viewOf(x.shape, axes);
    if (view === undefined) return original(call);
    const [outer, rows, inner] = view;
    const factor = isMean ? 1 / rows : 1;
    const sum = (from: TensorInfo, sums: Sums): TensorInfo => dispatch(gpu, shader, { x: from }, sums)[0]!;
    const chunks = rows > MANY_ROWS ? divisorOf(rows) : 1;
    if (chunks === 1) return sum(x, { groups: { examples: outer, rows, groups: inner }, shape, factor });
    const parts = sum(x, {
      groups: { examples: outer * chunks, rows: rows / chunks, groups: inner },
      shape: [outer, chunks, inner],
      factor: 1,
    });
    const y = sum(parts, { groups: { examples: outer, rows: chunks, groups: inner }, shape, factor });
    gpu.free(parts);
    return y;
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
  const view = [shape.slice(0, first), shape.slice(first, end), shape.slice(end)].map(sizeOf) as View;
  const [outer, rows, inner] = view;
  const isMiddle = outer > 0 && rows > 1 && inner > 1 && rows === sizeOf(summed.map((axis) => shape[axis]!));
  return isMiddle ? view : undefined;
}

type View = [outer: number, rows: number, inner: number];
