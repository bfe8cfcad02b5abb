import * as tf from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { KernelFunction } from './compose.js';

/**
 * Kernel functions for copies that are slow in tfjs's wasm kernels: its Slice copies the whole input first, its
 * StridedSlice and Reverse compute an index for every number. They use only public methods of the backend.
 */

/** One matrix of a batch. Attributes: `index`. */
export const matrixOf: KernelFunction = ({ inputs, attrs, backend }) => {
  const { dtype, dataId, shape: batchShape } = inputs['x']!;
  const { index } = attrs as { index: number };
  const shape = [1, ...batchShape.slice(1)];
  const size = tf.util.sizeFromShape(shape);
  const memory = backend as BackendWasm;
  return {
    dataId: memory.write(memory.readSync(dataId, index * size, (index + 1) * size), shape, dtype),
    shape,
    dtype,
  };
};

/** The taps of a filter at the given places, in the given order. Attributes: `rows` and `columns` of the filter. */
export const tapsOf: KernelFunction = ({ inputs, attrs, backend }) => {
  const { dtype, dataId, shape: filterShape } = inputs['x']!;
  const { rows, columns } = attrs as { rows: number[]; columns: number[] };
  const width = filterShape[1]!;
  const rest = filterShape.slice(2);
  const size = tf.util.sizeFromShape(rest);
  const memory = backend as BackendWasm;
  const filter = memory.readSync(dataId) as Float32Array;
  const shape = [rows.length, columns.length, ...rest];
  const taps = new Float32Array(rows.length * columns.length * size);
  rows.forEach((row, i) => {
    columns.forEach((column, j) => {
      const from = (row * width + column) * size;
      taps.set(filter.subarray(from, from + size), (i * columns.length + j) * size);
    });
  });
  return { dataId: memory.write(taps, shape, dtype), shape, dtype };
};
