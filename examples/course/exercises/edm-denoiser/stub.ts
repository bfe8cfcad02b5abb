import * as tf from '@tensorflow/tfjs-core';
type Network = (input: tf.Tensor, time: tf.Tensor) => tf.Tensor;

/** An estimate of the data from x, their sum with noise of the deviation sigma [batch, 1]. */
export function edmDenoiser(network: Network, x: tf.Tensor, sigma: tf.Tensor): tf.Tensor {
  return tf.mul(sigma, network(tf.neg(x), sigma)); // replace this line
}
