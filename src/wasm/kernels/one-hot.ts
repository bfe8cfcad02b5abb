import * as tf from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { ReplacedKernel } from './kernel.js';

/**
 * Rows of zeros with one other number, at the place of an index. tfjs's kernel writes the bits of integers into a float32 tensor, and
 * four bytes for each bool.
 */
export const oneHot: ReplacedKernel = {
  kernelName: 'OneHot',
  replace: (original) => (args) => {
    const { dtype, depth, onValue, offValue } = args.attrs as Record<string, number> & { dtype: tf.DataType };
    if (dtype === 'int32') return original(args);
    const { dataId, shape: rows } = args.inputs['indices']!;
    const memory = args.backend as BackendWasm;
    const indices = memory.readSync(dataId) as Int32Array;
    const shape = [...rows, depth!];
    const size = tf.util.sizeFromShape(shape);
    const values = (dtype === 'bool' ? new Uint8Array(size) : new Float32Array(size)).fill(offValue!);
    indices.forEach((index, row) => {
      if (index >= 0 && index < depth!) values[row * depth! + index] = onValue!;
    });
    return { dataId: memory.write(values, shape, dtype), shape, dtype };
  },
};
