import * as tf from '@tensorflow/tfjs-core';
type T = tf.Tensor;

export function ddimInversion(predictNoise: (x: T, t: number) => T, x: T, alphaBars: T): T {
  return tf.tidy(() => {
    const levels = tf.unstack(alphaBars);
    const sigma = (level: T): T => tf.sqrt(tf.sub(1, level));
    let at = x;
    for (const [t, to] of levels.slice(1).entries()) {
      const from = levels[t]!;
      const noise = predictNoise(at, t);
      const data = tf.div(tf.sub(at, tf.mul(sigma(from), noise)), tf.sqrt(from));
      at = tf.add(tf.mul(tf.sqrt(to), data), tf.mul(sigma(to), noise));
    }
    return at;
  });
}
