import * as tf from '@tensorflow/tfjs-core';

export function mixtureOfLogistics(x: tf.Tensor, logits: tf.Tensor, means: tf.Tensor, logScales: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const pixel = tf.expandDims(x, 1);
    const at = (value: tf.Tensor): tf.Tensor => tf.sigmoid(tf.div(tf.sub(value, means), tf.exp(logScales)));
    const upper = tf.where(tf.equal(pixel, 9), tf.onesLike(means), at(tf.add(pixel, 0.5)));
    const lower = tf.where(tf.equal(pixel, 0), tf.zerosLike(means), at(tf.sub(pixel, 0.5)));
    return tf.log(tf.sum(tf.mul(tf.softmax(logits), tf.sub(upper, lower)), 1));
  });
}
