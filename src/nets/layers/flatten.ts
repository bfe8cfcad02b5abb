import * as tf from '@tensorflow/tfjs-core';
import { checkExamples } from '../../tensor/checks.js';
import { createLayer } from '../layer.js';
import type { Network } from '../network.js';
import { madeBy } from '../../tensor/made-by.js';

/**
 * Flattens each example into one row, from `[batch, ...]` to `[batch, size]`.
 *
 * The order is row-major: the last axis varies fastest. The layer has no variables.
 *
 * @returns a network; its `apply` throws TypeError or ShapeError unless its input is float32 of rank 2 or more
 * @example
 * ```ts
 * flatten().apply(tf.zeros([5, 28, 28, 1])).shape; // [5, 784]
 * ```
 * @see https://keras.io/api/layers/reshaping_layers/flatten/
 */
export function flatten(): Network {
  const made = createLayer([], (input) => {
    checkExamples('flatten', 'input', input);
    const [batch, ...sizes] = input.shape as [number, ...number[]];
    return tf.reshape(input, [batch, tf.util.sizeFromShape(sizes)]);
  });
  return madeBy('flatten', {}, made);
}
