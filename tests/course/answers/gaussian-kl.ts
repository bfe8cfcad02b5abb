import * as tf from '@tensorflow/tfjs-core';
import type { Answers } from './answers.js';

type T = tf.Tensor;

export const answers: Answers = {
  right: {
    'term by term': (m: T, l: T) => {
      return tf.tidy(() =>
        tf.add(tf.sum(tf.mul(0.5, tf.square(m)), 1), tf.sum(tf.mul(0.5, tf.sub(tf.exp(l), tf.add(1, l))), 1)),
      );
    },
    'with the standard deviation': (m: T, l: T) =>
      tf.tidy(() => {
        const deviation = tf.exp(tf.div(l, 2));
        const terms = tf.sub(tf.add(tf.square(deviation), tf.square(m)), tf.add(1, tf.mul(2, tf.log(deviation))));
        return tf.div(tf.sum(terms, -1), 2);
      }),
    'as minus a half of the negative': (m: T, l: T) =>
      tf.tidy(() => tf.mul(-0.5, tf.sum(tf.sub(tf.sub(tf.add(1, l), tf.mul(m, m)), tf.exp(l)), 1))),
    'by rows': (m: T, l: T) =>
      tf.tidy(() => {
        const rows = tf.unstack(m).map((row, i) => {
          const logarithm = tf.squeeze(tf.slice(l, i, 1), [0]);
          return tf.sum(tf.mul(0.5, tf.sub(tf.sub(tf.add(tf.exp(logarithm), tf.pow(row, 2)), 1), logarithm)));
        });
        return tf.stack(rows);
      }),
    'as a product of matrices': (m: T, l: T) =>
      tf.tidy(() => {
        const terms = tf.sub(tf.sub(tf.add(tf.exp(l), tf.square(m)), 1), l);
        return tf.reshape(tf.matMul(terms as tf.Tensor2D, tf.fill([m.shape[1]!, 1], 0.5)), [m.shape[0]]);
      }),
  },
  wrong: {
    'the half forgotten, and a mean': [
      (m: T, l: T) => tf.mean(tf.sub(tf.sub(tf.add(tf.exp(l), tf.square(m)), 1), l), 1),
      ['noHalf', 'meanOverLatents'],
    ],
    'the sign of a known formula lost': [
      (m: T, l: T) => tf.mul(0.5, tf.sum(tf.sub(tf.sub(tf.add(1, l), tf.square(m)), tf.exp(l)), 1)),
      ['negative'],
    ],
    'a variance in place of its logarithm': [
      (m: T, l: T) => tf.mul(0.5, tf.sum(tf.sub(tf.sub(tf.add(l, tf.square(m)), 1), tf.log(tf.abs(l))), 1)),
      ['varianceGiven'],
    ],
    'a sum over everything without the one': [
      (m: T, l: T) => tf.mul(0.5, tf.sum(tf.sub(tf.add(tf.exp(l), tf.square(m)), l))),
      ['noMinusOne', 'sumOverBatch'],
    ],
    // in nobody's list: no name is right, and none may be given
    'the divergence the other way round': [
      (m: T, l: T) => tf.mul(0.5, tf.sum(tf.sub(tf.add(tf.mul(tf.exp(tf.neg(l)), tf.add(1, tf.square(m))), l), 1), 1)),
      ['reversed'],
    ],
    'in bits': [
      (m: T, l: T) => tf.mul(0.5 / Math.LN2, tf.sum(tf.sub(tf.sub(tf.add(tf.exp(l), tf.square(m)), 1), l), 1)),
      [],
    ],
  },
};
