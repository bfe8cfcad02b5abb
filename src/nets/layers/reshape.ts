import * as tf from '@tensorflow/tfjs-core';
import { checkExamples } from '../../tensor/checks.js';
import { wrongShape } from '../../tensor/errors.js';
import { checkSizes, createLayer } from '../layer.js';
import type { Network } from '../network.js';
import { readOptions } from '../../tensor/options.js';
import { madeBy } from '../../tensor/made-by.js';

/**
 * Gives each example a new shape with the same numbers, from `[batch, ...]` to `[batch, ...shape]`.
 *
 * The order is row-major: the last axis varies fastest. The layer has no variables.
 *
 * @param options - the shape of one example
 * @returns a network
 * @throws RangeError or TypeError if a size is not a positive integer; `apply` throws TypeError or ShapeError unless its
 * input is float32 with as many numbers per example as the shape holds
 * @example
 * ```ts
 * reshape({ shape: [28, 28, 1] }).apply(tf.zeros([5, 784])).shape; // [5, 28, 28, 1]
 * ```
 * @see https://keras.io/api/layers/reshaping_layers/reshape/
 */
export function reshape(options: {
  /** The shape of one example, without the batch axis. */
  readonly shape: readonly number[];
}): Network {
  const read = readOptions('reshape', options, { shape: checkSizes });
  const example = [...read.shape];
  const size = tf.util.sizeFromShape(example);
  const made = createLayer([], (input) => {
    checkExamples('reshape', 'input', input);
    const [batch, ...axes] = input.shape as [number, ...number[]];
    if (tf.util.sizeFromShape(axes) !== size) {
      const fix = `Each example must hold ${size} numbers, the product of ${example.join(' x ')}.`;
      throw wrongShape('reshape', 'input', [null, size], input.shape, fix);
    }
    return tf.reshape(input, [batch, ...example]);
  });
  return madeBy('reshape', read, made);
}
