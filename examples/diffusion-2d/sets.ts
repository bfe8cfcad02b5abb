import * as tf from '@tensorflow/tfjs-core';
import type { RandomStream } from 'tfjs-generative';

/** Points around curves in the plane. */
export interface PointSet {
  readonly name: 'two-moons' | 'swiss-roll';
  /** Points on the curves, `[n, 2]`. */
  curve(n: number, random: RandomStream): tf.Tensor;
  /** Standard deviation around the curves. */
  readonly noise: number;
  readonly mean: readonly [number, number];
  /** The root of the variance, averaged over the two coordinates; networks get data minus the mean, divided by it. */
  readonly unit: number;
}

/** Two half circles of radius 1 that reach into each other. */
export const twoMoons: PointSet = {
  name: 'two-moons',
  curve(n, random) {
    const angle = tf.mul(Math.PI, random.uniform([n]));
    const upper = tf.cast(random.integers([n], 0, 2), 'float32');
    const side = tf.sub(tf.mul(2, upper), 1);
    return tf.stack([tf.add(tf.cos(angle), tf.sub(0.5, upper)), tf.mul(side, tf.sub(tf.sin(angle), 0.25))], 1);
  },
  noise: 0.05,
  mean: [0, 0],
  // cos^2 and sin^2 have the sum 1, the mean of sin is 2 / pi
  unit: Math.sqrt((1 + 0.5 ** 2 + 0.25 ** 2 - 1 / Math.PI) / 2 + 0.05 ** 2),
};

const [INNER, OUTER] = [1.5 * Math.PI, 4.5 * Math.PI];

/** One and a half turns of a spiral whose radius equals its angle, uniform in the angle. */
export const swissRoll: PointSet = {
  name: 'swiss-roll',
  curve(n, random) {
    const angle = random.uniform([n], INNER, OUTER);
    return tf.stack([tf.mul(angle, tf.cos(angle)), tf.mul(angle, tf.sin(angle))], 1);
  },
  noise: 0.3,
  // the integrals of a cos a, a sin a and a^2, divided by the length of the interval, 3 pi
  mean: [2, 2 / (3 * Math.PI)],
  unit: Math.sqrt(((OUTER ** 3 - INNER ** 3) / (9 * Math.PI) - 4 - 4 / (9 * Math.PI ** 2)) / 2 + 0.3 ** 2),
};

/** n points of a set, with mean 0 and variance 1: `[n, 2]`. */
export function draw({ curve, noise, mean, unit }: Omit<PointSet, 'name'>, n: number, random: RandomStream): tf.Tensor {
  return tf.tidy(() => {
    const points = tf.add(curve(n, random), tf.mul(noise, random.normal([n, 2])));
    return tf.div(tf.sub(points, tf.tensor1d([...mean])), unit);
  });
}
