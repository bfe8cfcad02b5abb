import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Network } from '../nets/network.js';
import { softmax } from '../operations/softmax.js';
import { noteOf } from '../tensor/made-by.js';

/** Keys and values of all tokens so far, each `[n, heads, tokens, size]`; none at the start. */
export type Past = readonly Tensor[];

/**
 * A layer made by `attention`, applied to new tokens `[n, k, inputs]` that follow those of `past`; `hide` adds a large negative number to the products,
 * `[n, heads, k, past + k]`, of a query and a key that it does not see, as {@link withoutLater} does.
 */
export function attendNext(
  layer: Network,
  heads: number,
  input: Tensor,
  [pastKeys, pastValues]: Past,
  hide: (products: Tensor) => Tensor,
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
  const weights = softmax(hide(products));
  const heard = tf.reshape(tf.transpose(tf.matMul(weights, values), [0, 2, 1, 3]), [n, count, inputs]);
  return { output: last.apply(heard), past: [keys, values] };
}

/** Products of queries and keys, `[n, heads, k, past + k]`, with a large negative number for each key that comes after its query. */
export function withoutLater(products: Tensor): Tensor {
  const [count, all] = products.shape.slice(2) as [number, number];
  if (count === 1) return products;
  const later = Float32Array.from({ length: count * all }, (_, i) =>
    i % all > all - count + Math.floor(i / all) ? -1e9 : 0,
  );
  return tf.add(products, tf.tensor(later, [count, all]));
}

/**
 * What hides places of `[noised; clean]` sequences, each of `length` places in blocks: a noised place sees its own block, and clean places of blocks
 * before it; a clean place sees clean places of its own block and of those before it.
 */
export function withinBlocks(length: number, block: number): (products: Tensor) => Tensor {
  const all = 2 * length;
  const hidden = Float32Array.from({ length: all * all }, (_, i) => {
    const [query, key] = [Math.floor(i / all), i % all];
    const [own, other] = [query, key].map((place) => Math.floor((place % length) / block)) as [number, number];
    const isSeen = key < length ? query < length && own === other : query < length ? other < own : other <= own;
    return isSeen ? 0 : -1e9;
  });
  return (products) => tf.add(products, tf.tensor(hidden, [all, all]));
}
