import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { customGradient } from '../gradients/custom-gradient.js';
import { composed } from './composed.js';
import { softmax } from './softmax.js';

/** How {@link attentionOf} divides its channels, and what each position sees; also the attributes of the kernels. */
export interface AttentionNumbers {
  /** Number of heads, which divides the width. */
  readonly heads: number;
  /** Whether each position sees only itself and those before it. */
  readonly causal: boolean;
}

/**
 * Self-attention from its queries, keys and values.
 *
 * head = softmax(q k^T / sqrt(width / heads)) v; head h takes the h-th block of the channels of queries, keys and values
 *
 * With weights p = softmax(s), the gradients are dv = p^T dy, ds = p (dp - sum dp p) with dp = dy v^T, dq = ds k / sqrt(width / heads)
 * and dk = ds^T q / sqrt(width / heads).
 *
 * @param projections - `[batch, tokens, 3 * width]`: queries, keys and values
 * @param numbers - the heads, and whether it is causal
 * @returns `[batch, tokens, width]`; to be called inside a tidy
 */
export function attentionOf(projections: Tensor, numbers: AttentionNumbers): Tensor {
  return composed('Attention', (x) => plainAttention(x, numbers), [projections], numbers);
}

function plainAttention(projections: Tensor, { heads, causal }: AttentionNumbers): Tensor {
  const [batch, tokens, channels] = projections.shape as [number, number, number];
  const width = channels / 3;
  const size = width / heads;
  const perHead = (x: Tensor): Tensor => tf.transpose(tf.reshape(x, [batch, tokens, heads, size]), [0, 2, 1, 3]);
  const [queries, keys, values] = tf.split(projections, 3, 2).map(perHead) as [Tensor, Tensor, Tensor];
  const scores = tf.matMul(tf.mul(queries, size ** -0.5), keys, false, true);
  const seen = causal ? hide(scores, () => pastOf(tokens)) : scores;
  return tf.reshape(tf.transpose(tf.matMul(softmax(seen), values), [0, 2, 1, 3]), [batch, tokens, width]);
}

/** Whether position i, a row, sees position j: `[tokens, tokens]`. */
function pastOf(tokens: number): Tensor {
  const places = tf.range(0, tokens, 1, 'int32');
  return tf.greaterEqual(tf.expandDims(places, 1), places);
}

/** The scores, but -Infinity where `seen` is false; their gradient is 0 there, as the softmax is. */
export function hide(scores: Tensor, seen: () => Tensor): Tensor {
  return customGradient(
    [scores],
    // A minimum, not a sum, which would be NaN for a hidden score of Infinity; tf.minimum has no second derivative.
    () => [tf.minimum(scores, tf.where(seen(), Infinity, -Infinity)), []],
    (dy) => [() => tf.clone(dy)],
  );
}
