import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkExamples } from '../../tensor/checks.js';
import type { Network } from '../network.js';
import { ShapeError, wrongShape } from '../../tensor/errors.js';
import { conditioned, labelsFor } from './conditioning.js';

/**
 * Makes a network conditional by concatenating a vector for the condition to its input.
 *
 * output = body([input, labels(condition)]), concatenated along the last axis; for images the vector is repeated at each pixel
 *
 * `apply` receives the condition as `options.condition`, and `labels` maps it to vectors: an {@link embedding} for class
 * labels (-1, for none, gives zeros), a {@link dense} layer for vectors.
 *
 * @param body - a network whose input has as many more numbers or channels as `labels` outputs
 * @param labels - from the condition to `[batch, d]`
 * @returns a network that owns both: variables of `body` first, then those of `labels`
 * @throws TypeError if an argument is not a network; `apply` throws TypeError without `options.condition`, ShapeError unless
 * it has one row per example
 * @example
 * ```ts
 * const random = createRandom(1);
 * const body = dense({ inputs: 2 + 4, units: 3, random: random.fork('body') });
 * const network = withCondition(body, embedding({ classes: 10, size: 4, random: random.fork('labels') }));
 * network.apply(tf.zeros([5, 2]), { condition: tf.tensor1d([3, 1, 4, 1, -1], 'int32') }).shape; // [5, 3]
 * ```
 * @see https://arxiv.org/abs/1411.1784 Mirza and Osindero 2014
 */
export function withCondition(body: Network, labels: Network): Network {
  const where = 'withCondition';
  return conditioned(where, 'body', body, labels, (input, options) => {
    checkExamples(where, 'input', input);
    const vectors = labelsFor(where, labels, input, options);
    const joined = tf.concat([input, atEachPlace(vectors, input)], -1);
    try {
      return body.apply(joined, options);
    } catch (error) {
      if (!(error instanceof ShapeError) || error.received !== joined.shape) throw error;
      // the body counts the numbers of the label, too
      const expected = error.expected.map((size, axis) =>
        axis === input.rank - 1 && size !== null ? size - vectors.shape[1]! : size,
      );
      throw wrongShape(where, 'input', expected, input.shape);
    }
  });
}

/** Repeats `[batch, d]` over the positions of `[batch, ..., c]`. */
function atEachPlace(vectors: Tensor, input: Tensor): Tensor {
  if (input.rank === 2) return vectors;
  const [batch, d] = vectors.shape as [number, number];
  const places = input.shape.slice(1, -1);
  const one = tf.reshape(vectors, [batch, ...places.map(() => 1), d]);
  return tf.mul(tf.ones([batch, ...places, 1]), one);
}
