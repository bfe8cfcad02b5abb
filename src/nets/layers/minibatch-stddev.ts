import * as tf from '@tensorflow/tfjs-core';
import { checkExamples, checkInteger } from '../../tensor/checks.js';
import { wrongShape } from '../../tensor/errors.js';
import { createLayer } from '../layer.js';
import type { Network } from '../network.js';
import { readOptions } from '../../tensor/options.js';
import { madeBy } from '../../tensor/made-by.js';

/** Added under the root, as in the paper's code: its derivative would be infinite if all examples were equal. */
const EPSILON = 1e-8;

/**
 * Shows a discriminator how much the examples differ, so that it recognises a generator that always makes the same picture:
 * from `[batch, ..., c]` to `[batch, ..., c + 1]`.
 *
 * At each position the added channel holds the mean over all features of sqrt(variance over the group + 1e-8), with the
 * biased variance. With n groups in the batch, example i is in group i mod n.
 *
 * The layer has no variables. It belongs near the end of a discriminator.
 *
 * @param options - the size of a group
 * @returns a network
 * @throws RangeError or TypeError if the size is not a positive integer; `apply` throws TypeError or ShapeError unless its input
 * is float32 `[batch, ..., c]` and the group size divides the batch
 * @example
 * ```ts
 * const values = await minibatchStddev().apply(tf.tensor2d([[1], [5]])).data(); // 1, 2, 5, 2
 * ```
 * @see https://arxiv.org/abs/1710.10196 Karras et al. 2018, section 3
 */
export function minibatchStddev(
  options: {
    /** Number of examples that are compared with each other; default the whole batch. It must divide the batch. */
    readonly groupSize?: number | undefined;
  } = {},
): Network {
  const where = 'minibatchStddev';
  const read = readOptions(where, options, { groupSize: { is: checkInteger, default: undefined } });
  const { groupSize } = read;
  const made = createLayer([], (input) => {
    checkExamples(where, 'input', input);
    const [batch, ...example] = input.shape as [number, ...number[]];
    const size = groupSize ?? Math.max(1, batch);
    if (batch % size !== 0) {
      const fix = `The groupSize ${size} must divide the batch.`;
      throw wrongShape(where, 'input', [null, ...example], input.shape, fix);
    }
    const places = example.slice(0, -1);
    const count = tf.util.sizeFromShape(places);
    return tf.tidy(() => {
      const members = tf.reshape(input, [size, batch / size, tf.util.sizeFromShape(example)]);
      const variance = tf.mean(tf.square(tf.sub(members, tf.mean(members, 0, true))), 0, true);
      const deviation = tf.mean(tf.sqrt(tf.add(variance, EPSILON)), 2, true);
      const repeated = tf.mul(tf.ones([size, batch / size, count]), deviation);
      return tf.concat([input, tf.reshape(repeated, [batch, ...places, 1])], -1);
    });
  });
  return madeBy(where, read, made);
}
