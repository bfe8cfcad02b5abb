import * as tf from '@tensorflow/tfjs-core';
type T = tf.Tensor;

export function odeLogDensity(velocity: (x: T, t: number) => T, x: T, steps: number): T {
  return tf.tidy(() => {
    let at = x;
    let integral: T = tf.zerosLike(x);
    for (let i = 0; i < steps; i++) {
      const t = 1 - i / steps;
      const slope = tf.grad((point: T) => tf.sum(velocity(point, t)))(at);
      integral = tf.add(integral, tf.div(slope, steps));
      at = tf.sub(at, tf.div(velocity(at, t), steps));
    }
    return tf.sub(tf.mul(-0.5, tf.add(tf.square(at), Math.log(2 * Math.PI))), integral);
  });
}
