import * as tf from '@tensorflow/tfjs-core';
import type { ReplacedKernel } from './kernel.js';
import { numbersOf, written } from './on-host.js';

/**
 * Rows of zeros with one other number, at the place of an index. tfjs's kernel writes the bits of integers into a float32 tensor, and
 * four bytes for each bool.
 */
export const oneHot: ReplacedKernel = {
  kernelName: 'OneHot',
  replace: (original) => (args) => {
    const { dtype, depth, onValue, offValue } = args.attrs as Record<string, number> & { dtype: tf.DataType };
    if (dtype === 'int32') return original(args);
    const { backend } = args;
    const indices = args.inputs['indices']!;
    const shape = [...indices.shape, depth!];
    const size = tf.util.sizeFromShape(shape);
    const values = (dtype === 'bool' ? new Uint8Array(size) : new Float32Array(size)).fill(offValue!);
    numbersOf<Int32Array>(backend, indices).forEach((index, row) => {
      if (index >= 0 && index < depth!) values[row * depth! + index] = onValue!;
    });
    return written(backend, values, shape, dtype);
  },
};
