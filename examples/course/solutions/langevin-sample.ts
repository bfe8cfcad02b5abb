import * as tf from '@tensorflow/tfjs-core';
type T = tf.Tensor;

export function langevinSample(energy: (x: T) => T, buffer: T, fresh: T, isFresh: T, noise: T): T {
  return tf.tidy(() => {
    const slopes = tf.grad((x: T) => tf.sum(energy(x)));
    let x: T = tf.add(tf.mul(isFresh, fresh), tf.mul(tf.sub(1, isFresh), buffer));
    for (const draw of tf.unstack(noise)) x = tf.add(tf.sub(x, tf.mul(0.1, slopes(x))), tf.mul(0.05, draw));
    return x;
  });
}
