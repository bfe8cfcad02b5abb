import * as tf from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { gpuOf, sizeOf } from '../device/gpu.js';
import { runColumns, type ColumnsShader } from './columns.js';
import type { ReplacedKernel } from './kernel.js';

/** More rows are added in two dispatches, so that not a few threads have all the work. */
const MANY_ROWS = 16_384;

const sums: ColumnsShader = {
  name: 'sum',
  writes: ['y'],
  reads: ['x'],
  numbers: ['factor: f32'],
  code: 'own.x += x[i];',
  result: 'y[(outer * u.chunks + chunk) * u.inner + c] = sum.x * u.factor;',
};

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
      if (x.dtype !== 'float32') return original(call);
      const gpu = gpuOf(backend);
      const axes = tf.util.parseAxisParam(axis, [...x.shape]);
      const [shape, kept] = tf.backend_util.computeOutAndReduceShapes([...x.shape], axes);
      const wanted = keepDims === true ? tf.backend_util.expandShapeToKeepDim(shape, axes) : shape;
      const none = kernelName === 'Mean' ? NaN : 0;
      // tfjs would make a buffer of no size
      if (sizeOf(x.shape) === 0) return gpu.make(wanted, new Float32Array(sizeOf(wanted)).fill(none));
      const view = viewOf(x.shape, axes);
      if (view === undefined) return original(call);
      const [outer, rows, inner] = view;
      const y = gpu.make(wanted);
      const factor = kernelName === 'Mean' ? 1 / sizeOf(kept) : 1;
      const chunks = rows > MANY_ROWS ? Math.ceil(Math.sqrt(rows)) >> 2 : 1;
      let from: TensorInfo | undefined;
      if (chunks > 1) {
        from = gpu.make([outer, chunks, inner]);
        runColumns(gpu, sums, [from, x], { outer, rows, inner, chunks }, [1]);
      }
      runColumns(gpu, sums, [y, from ?? x], { outer, rows: from ? chunks : rows, inner, chunks: 1 }, [factor]);
      if (from) gpu.backend.disposeData(from.dataId);
      return y;
    },
  };
}

/** `[outer, rows, inner]`, where the axes are the middle one, and inner is more than 1; undefined if there is no such view. */
function viewOf(shape: readonly number[], axes: readonly number[]): [number, number, number] | undefined {
  const view: [number, number, number] = [1, 1, 1];
  let part = 0;
  for (const [axis, size] of shape.entries()) {
    if (size === 1) continue;
    const isSummed = axes.includes(axis);
    if (isSummed && part === 0) part = 1;
    else if (!isSummed && part === 1) part = 2;
    else if (isSummed && part === 2) return undefined;
    view[part as 0 | 1 | 2] *= size;
  }
  return part === 2 ? view : undefined;
}

export const sumMean: readonly ReplacedKernel[] = [overColumns('Sum'), overColumns('Mean')];
