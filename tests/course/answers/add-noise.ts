import * as tf from '@tensorflow/tfjs-core';
import type { Answers } from './answers.js';

type T = tf.Tensor;

const levels = (t: T, table: T): T => tf.expandDims(tf.gather(table, t as tf.Tensor1D), 1);

export const answers: Answers = {
  right: {
    'with powers': (x: T, e: T, t: T, table: T) =>
      tf.tidy(() => {
        const level = levels(t, table);
        return tf.add(tf.mul(x, tf.pow(level, 0.5)), tf.mul(e, tf.pow(tf.sub(1, level), 0.5)));
      }),
    'with a table of roots': (x: T, e: T, t: T, table: T) =>
      tf.tidy(() => tf.add(tf.mul(levels(t, tf.sqrt(table)), x), tf.mul(levels(t, tf.sqrt(tf.sub(1, table))), e))),
    'with one-hot rows': (x: T, e: T, t: T, table: T) =>
      tf.tidy(() => {
        const choice = tf.cast(tf.oneHot(t, table.size), 'float32');
        const level = tf.matMul(choice, tf.reshape(table, [-1, 1]));
        return tf.addN([tf.mul(tf.sqrt(level), x), tf.mul(tf.sqrt(tf.sub(1, level)), e)]);
      }),
  },
  wrong: {
    'no roots': [
      (x: T, e: T, t: T, table: T) => tf.add(tf.mul(levels(t, table), x), tf.mul(tf.sub(1, levels(t, table)), e)),
      ['noRoots'],
    ],
    'exchanged factors': [
      (x: T, e: T, t: T, table: T) =>
        tf.add(tf.mul(tf.sqrt(tf.sub(1, levels(t, table))), x), tf.mul(tf.sqrt(levels(t, table)), e)),
      ['swapped'],
    ],
    'noise of full size': [
      (x: T, e: T, t: T, table: T) => tf.add(tf.mul(tf.sqrt(levels(t, table)), x), e),
      ['noiseNotScaled'],
    ],
    'only data, unscaled': [(x: T) => tf.clone(x), ['dataNotScaled', 'noNoise']],
    'the noise twice': [
      (x: T, e: T, t: T, table: T) =>
        tf.add(tf.mul(tf.sqrt(levels(t, table)), x), tf.mul(2, tf.mul(tf.sqrt(tf.sub(1, levels(t, table))), e))),
      [],
    ],
  },
};
