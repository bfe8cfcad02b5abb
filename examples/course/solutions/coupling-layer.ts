import * as tf from '@tensorflow/tfjs-core';
type T = tf.Tensor;

export function couplingLayer(network: (first: T) => { logScale: T; shift: T }, x: T): { y: T; logDeterminant: T } {
  return tf.tidy(() => {
    const [first, second] = tf.split(x, 2, 1) as [T, T];
    const { logScale, shift } = network(first);
    const moved = tf.add(tf.mul(second, tf.exp(logScale)), shift);
    return { y: tf.concat([first, moved], 1), logDeterminant: tf.sum(logScale, 1) };
  });
}
