import * as tf from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { compose } from '../composition/compose.js';
import { outOfRange } from '../../tensor/errors.js';
import type { ReplacedKernel } from './kernel.js';
import { numbersOf, written } from './on-host.js';
import { releaseOnError } from './release-on-error.js';

/**
 * Rows of a tensor by their indices. tfjs's kernel is right without batches, but with `batchDims` it reads out of bounds. In that case
 * the batches are joined into one long axis, and the indices count over all of them.
 */
export const gather: ReplacedKernel = {
  kernelName: 'GatherV2',
  replace: (tfjs) => (args) => {
    const original = releaseOnError(tfjs);
    const { axis, batchDims = 0 } = args.attrs as { axis: number; batchDims?: number };
    if (batchDims === 0) return original(args);
    const { x, indices } = args.inputs as { x: TensorInfo; indices: TensorInfo };
    const along = tf.util.parseAxisParam(axis, x.shape)[0]!;
    const { collectGatherOpShapeInfo } = tf.backend_util.segment_util;
    const info = collectGatherOpShapeInfo(x, indices, along, batchDims);
    const { batchSize, outerSize, dimSize, sliceSize, outputShape } = info;
    const numbers = numbersOf<Int32Array>(args.backend, indices);
    const each = numbers.length / batchSize;
    const rows = new Int32Array(batchSize * outerSize * each);
    for (let i = 0; i < rows.length; i++) {
      const outer = Math.floor(i / each);
      const index = numbers[Math.floor(outer / outerSize) * each + (i % each)]!;
      if (index < 0 || index >= dimSize) {
        const fix = `The axis of \`x\` has ${dimSize} places.`;
        throw outOfRange('gather', 'indices', `must be from 0 to ${dimSize - 1}`, { got: index, fix });
      }
      rows[i] = outer * dimSize + index;
    }
    return compose(args.backend, ({ call, reshape }) => {
      const at = call(madeOf(rows), {});
      const flat = reshape(x, [batchSize * outerSize * dimSize, sliceSize]);
      return reshape(call(original, { x: flat, indices: at }, { axis: 0, batchDims: 0 }), outputShape);
    });
  },
};

/** Makes a kernel that writes these integers. */
function madeOf(values: Int32Array) {
  return ({ backend }: { backend: unknown }): TensorInfo => written(backend, values, [values.length]);
}
