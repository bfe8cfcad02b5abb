import * as tf from '@tensorflow/tfjs-core';
type T = tf.Tensor;
type Network = (first: T) => { logScale: T; shift: T };

/** An affine coupling layer: y is [batch, features] as x, and the logarithm of the determinant [batch]. */
export function couplingLayer(network: Network, x: T): { y: T; logDeterminant: T } {
  const { logScale } = network(tf.slice(x, [0, 0], [-1, x.shape[1]! / 2])); // replace these lines
  return { y: tf.neg(x), logDeterminant: tf.max(logScale, 1) };
}
