import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Network } from '../nets/network.js';
import { softmax } from '../operations/softmax.js';
import { noteOf } from '../tensor/made-by.js';

/** Keys and values of all tokens so far, each `[n, heads, tokens, size]`; none at the start. */
export type Past = readonly Tensor[];

/** A layer made by `attention({ causal: true })`, applied to new tokens `[n, k, inputs]` that follow those of `past`. */
export function attendNext(
  layer: Network,
  heads: number,
  input: Tensor,
  [pastKeys, pastValues]: Past,
): { readonly output: Tensor; readonly past: Past } {
  const [projections, last] = noteOf(layer)!.parts as readonly [Network, Network];
  const [n, count, inputs] = input.shape as [number, number, number];
  const size = inputs / heads;
  const perHead = (x: Tensor): Tensor => tf.transpose(tf.reshape(x, [n, count, heads, size]), [0, 2, 1, 3]);
  const [queries, newKeys, newValues] = tf.split(projections.apply(input), 3, 2).map(perHead) as [
    Tensor,
    Tensor,
    Tensor,
  ];
  const keys = pastKeys === undefined ? newKeys : tf.concat([pastKeys, newKeys], 2);
  const values = pastValues === undefined ? newValues : tf.concat([pastValues, newValues], 2);
  const products = tf.matMul(tf.mul(queries, size ** -0.5), keys, false, true);
  const weights = softmax(count === 1 ? products : withoutLater(products));
  const heard = tf.reshape(tf.transpose(tf.matMul(weights, values), [0, 2, 1, 3]), [n, count, inputs]);
  return { output: last.apply(heard), past: [keys, values] };
}

/** Products of queries and keys, `[n, heads, k, past + k]`, with a large negative number for each key that comes after its query. */
function withoutLater(products: Tensor): Tensor {
  const [count, all] = products.shape.slice(2) as [number, number];
  const later = Float32Array.from({ length: count * all }, (_, i) =>
    i % all > all - count + Math.floor(i / all) ? -1e9 : 0,
  );
  return tf.add(products, tf.tensor(later, [count, all]));
}
