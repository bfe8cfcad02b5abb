import * as tf from '@tensorflow/tfjs-core';
import type { KernelBackend, TensorInfo, TypedArray } from '@tensorflow/tfjs-core';
import type { AddedKernel } from './kernel.js';

/**
 * The sum of the rows of `x` for each segment: the gradient of gather, and so of every embedding. Rows whose segment is
 * negative or too large are left out, as on the other backends.
 */
export const unsortedSegmentSum: AddedKernel = {
  kernelName: 'UnsortedSegmentSum',
  kernel: ({ inputs, attrs = {}, backend }) => {
    const { x, segmentIds } = inputs as { x: TensorInfo; segmentIds: TensorInfo };
    const numSegments = attrs['numSegments'] as number;
    const memory = backend as KernelBackend;
    const values = memory.readSync(x.dataId) as TypedArray;
    const segments = memory.readSync(segmentIds.dataId) as TypedArray;
    const shape = [numSegments, ...x.shape.slice(segmentIds.shape.length)];
    const rowSize = tf.util.sizeFromShape(shape.slice(1));
    const dtype = x.dtype === 'int32' ? 'int32' : 'float32';
    const sums = dtype === 'int32' ? new Int32Array(numSegments * rowSize) : new Float32Array(numSegments * rowSize);

    for (let row = 0; row < segments.length; row++) {
      const segment = segments[row]!;
      if (segment < 0 || segment >= numSegments) continue;
      const [from, to] = [row * rowSize, segment * rowSize];
      for (let column = 0; column < rowSize; column++) sums[to + column]! += values[from + column]!;
    }
    return { dataId: memory.write(sums, shape, dtype), shape, dtype };
  },
};
