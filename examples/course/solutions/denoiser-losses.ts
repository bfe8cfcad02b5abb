import * as tf from '@tensorflow/tfjs-core';

export function denoiserLosses(
  denoise: (xt: tf.Tensor) => tf.Tensor,
  x: tf.Tensor,
  noise: tf.Tensor,
  alphaBar: tf.Tensor,
): { velocity: tf.Tensor; sample: tf.Tensor; noise: tf.Tensor } {
  const error = (predicted: tf.Tensor, target: tf.Tensor): tf.Tensor =>
    tf.mean(tf.squaredDifference(predicted, target));
  return tf.tidy(() => {
    const [alpha, sigma] = [tf.sqrt(alphaBar), tf.sqrt(tf.sub(1, alphaBar))];
    const xt = tf.add(tf.mul(alpha, x), tf.mul(sigma, noise));
    const velocity = denoise(xt);
    return {
      velocity: error(velocity, tf.sub(tf.mul(alpha, noise), tf.mul(sigma, x))),
      sample: error(tf.sub(tf.mul(alpha, xt), tf.mul(sigma, velocity)), x),
      noise: error(tf.add(tf.mul(sigma, xt), tf.mul(alpha, velocity)), noise),
    };
  });
}
