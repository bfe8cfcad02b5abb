import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

/**
 * Logits in which `end` is impossible where a later token is visible that is not `end`. The mask is the index that follows the last token.
 *
 * @param logits - `[n, length, tokens]`
 * @param noised - int32 `[n, length]`
 * @param others - float32 `[n, length]`, 1 at other places where `end` is impossible
 */
export function withoutEarlyEnd(logits: Tensor, noised: Tensor, end: number, others?: Tensor): Tensor {
  const tokens = logits.shape[2]!;
  const isToken = tf.logicalAnd(tf.notEqual(noised, end), tf.notEqual(noised, tokens));
  const counts = tf.cumsum(tf.cast(isToken, 'float32'), 1);
  const total = tf.slice(counts, [0, noised.shape[1]! - 1], [-1, 1]);
  const isBefore = tf.cast(tf.greater(total, counts), 'float32');
  const isEarly = others === undefined ? isBefore : tf.maximum(isBefore, others);
  const isEnd = tf.cast(tf.equal(tf.range(0, tokens, 1, 'int32'), end), 'float32');
  return tf.sub(logits, tf.mul(tf.expandDims(isEarly, 2), tf.mul(1e9, isEnd)));
}
