import * as tf from '@tensorflow/tfjs-core';
import type { Answers } from './answers.js';

type T = tf.Tensor;

export const answers: Answers = {
  right: {
    'with a square root': (m: T, l: T, e: T) => tf.tidy(() => tf.add(tf.mul(tf.sqrt(tf.exp(l)), e), m)),
    'by a power': (m: T, l: T, e: T) => tf.tidy(() => tf.add(m, tf.mul(e, tf.pow(Math.exp(0.5), l)))),
    'by division': (m: T, l: T, e: T) => tf.tidy(() => tf.add(m, tf.div(e, tf.exp(tf.div(l, -2))))),
    'row by row': (m: T, l: T, e: T) =>
      tf.tidy(() => {
        const [means, logs, draws] = [m, l, e].map((x) => tf.unstack(x)) as [T[], T[], T[]];
        return tf.stack(means.map((row, i) => tf.add(row, tf.mul(tf.exp(tf.mul(logs[i]!, 0.5)), draws[i]!))));
      }),
  },
  wrong: {
    'the variance': [(m: T, l: T, e: T) => tf.add(m, tf.mul(tf.exp(l), e)), ['byVariance']],
    'all of it scaled': [(m: T, l: T, e: T) => tf.mul(tf.add(m, e), tf.exp(tf.mul(0.5, l))), ['scaledSum']],
    'the noise alone': [(_: T, l: T, e: T) => tf.mul(tf.exp(tf.mul(0.5, l)), e), ['noMean']],
    'a deviation read back': [
      (m: T, l: T, e: T) =>
        tf.add(
          m,
          tf.mul(
            tf.tensor(
              l.dataSync().map((x) => Math.exp(x / 2)),
              l.shape,
            ),
            e,
          ),
        ),
      ['detachedDeviation'],
    ],
    'twice the noise': [(m: T, l: T, e: T) => tf.add(m, tf.mul(2, tf.mul(tf.exp(tf.mul(0.5, l)), e))), []],
    'a root of the argument': [(m: T, l: T, e: T) => tf.add(m, tf.mul(tf.sqrt(l), e)), ['varianceGiven']],
  },
};
