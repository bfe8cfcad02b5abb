import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { hide } from './attention.js';
import { softmax } from './softmax.js';

/** What {@link crossAttentionOf} combines. */
export interface CrossAttentionInputs {
  /** `[batch, n, width]`. */
  readonly queries: Tensor;
  /** `[batch, length, width]`. */
  readonly keys: Tensor;
  /** `[batch, length, width]`. */
  readonly values: Tensor;
  /** int32 `[batch, length]`: above 0 where there is something to see; undefined if that is everywhere. */
  readonly tokens: Tensor | undefined;
}

/**
 * Attention of queries to the keys and values of a context, and to one more position, whose key and value are zero.
 *
 * head = sum_j p_j v_j, p_j = exp(s_j) / (1 + sum_k exp(s_k)), s_j = q k_j / sqrt(width / heads), with j and k over the positions that are
 * seen; head h takes the h-th block of the channels of queries, keys and values
 *
 * @param inputs - see {@link CrossAttentionInputs}
 * @param heads - number of heads, which divides the width
 * @returns `[batch, n, width]`, zeros where nothing is seen; to be called inside a tidy
 */
export function crossAttentionOf({ queries, keys, values, tokens }: CrossAttentionInputs, heads: number): Tensor {
  const [batch, n, width] = queries.shape as [number, number, number];
  const size = width / heads;
  const perHead = (x: Tensor): Tensor => tf.transpose(tf.reshape(x, [batch, x.shape[1]!, heads, size]), [0, 2, 1, 3]);
  const [q, k, v] = [tf.mul(queries, size ** -0.5), withZero(keys), withZero(values)].map(perHead) as [Tensor, Tensor, Tensor]; // prettier-ignore
  const scores = tf.matMul(q, k, false, true);
  const seen = tokens === undefined ? scores : hide(scores, () => seenOf(tokens));
  return tf.reshape(tf.transpose(tf.matMul(softmax(seen), v), [0, 2, 1, 3]), [batch, n, width]);
}

/** One more position, of zeros. */
function withZero(x: Tensor): Tensor {
  return tf.concat([x, tf.zeros([x.shape[0], 1, x.shape[2]!])], 1);
}

/** Which positions are seen, `[batch, 1, 1, length + 1]`; the one of zeros always is. */
function seenOf(tokens: Tensor): Tensor {
  const [batch, length] = tokens.shape as [number, number];
  const all = tf.concat([tokens, tf.ones([batch, 1], 'int32')], 1);
  return tf.reshape(tf.greater(all, tf.scalar(0, 'int32')), [batch, 1, 1, length + 1]);
}
