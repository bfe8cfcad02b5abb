import * as tf from '@tensorflow/tfjs-core';
import { tidied, type Answers } from './answers.js';

type T = tf.Tensor;

const terms = (m: T, l: T, p: T, q: T): T =>
  tf.sub(tf.sub(tf.add(tf.exp(tf.sub(l, q)), tf.div(tf.square(tf.sub(m, p)), tf.exp(q))), 1), tf.sub(l, q));
const half = (x: T): T => tf.mul(0.5, tf.sum(x, 1));

export const answers: Answers = tidied({
  right: {
    'with variances and their logarithm': (m: T, l: T, p: T, q: T) => {
      const [v, w] = [tf.exp(l), tf.exp(q)];
      const top = tf.add(v, tf.squaredDifference(p, m));
      return half(tf.sub(tf.add(tf.log(tf.div(w, v)), tf.div(top, w)), 1));
    },
    'with standard deviations': (m: T, l: T, p: T, q: T) => {
      const [s, r] = [tf.exp(tf.div(l, 2)), tf.exp(tf.div(q, 2))];
      const ratio = tf.div(tf.add(tf.square(s), tf.square(tf.sub(m, p))), tf.mul(2, tf.square(r)));
      return tf.sum(tf.sub(tf.add(tf.log(tf.div(r, s)), ratio), 0.5), 1);
    },
    'with a precision': (m: T, l: T, p: T, q: T) => {
      const precision = tf.exp(tf.neg(q));
      const scaled = tf.mul(precision, tf.add(tf.exp(l), tf.pow(tf.sub(m, p), 2)));
      return tf.div(tf.sum(tf.addN([scaled, q, tf.neg(l), tf.fill(l.shape, -1)]), 1), 2);
    },
    'as the standard divergence of scaled latents': (m: T, l: T, p: T, q: T) => {
      const [mean, log] = [tf.mul(tf.sub(m, p), tf.exp(tf.mul(-0.5, q))), tf.sub(l, q)];
      return half(tf.sub(tf.add(tf.expm1(log), tf.square(mean)), log));
    },
    'sum by sum': (m: T, l: T, p: T, q: T) => {
      const sums = [tf.exp(tf.sub(l, q)), tf.div(tf.squaredDifference(m, p), tf.exp(q)), tf.sub(q, l)].map((x) =>
        tf.sum(x, -1),
      );
      return tf.mul(tf.sub(tf.addN(sums), m.shape[1]!), 0.5);
    },
  },
  wrong: {
    'no half': [(m: T, l: T, p: T, q: T) => tf.sum(terms(m, l, p, q), 1), ['noHalf']],
    'a loss of the batch': [(m: T, l: T, p: T, q: T) => tf.mean(half(terms(m, l, p, q))), ['meanOverBatch']],
    exchanged: [(m: T, l: T, p: T, q: T) => half(terms(p, q, m, l)), ['reversed']],
    'the standard prior': [(m: T, l: T) => half(terms(m, l, tf.zerosLike(m), tf.zerosLike(l))), ['standardPrior']],
    'a distance that is not scaled': [
      (m: T, l: T, p: T, q: T) =>
        half(tf.sub(tf.add(tf.exp(tf.sub(l, q)), tf.square(tf.sub(m, p))), tf.add(tf.sub(l, q), 1))),
      ['distanceNotScaled'],
    ],
    'no -1': [(m: T, l: T, p: T, q: T) => half(tf.add(terms(m, l, p, q), 1)), ['noMinusOne']],
    'the logarithm turned': [
      (m: T, l: T, p: T, q: T) => half(tf.add(terms(m, l, p, q), tf.mul(2, tf.sub(l, q)))),
      ['logarithmTurned'],
    ],
    'a mean over latents without the half': [
      (m: T, l: T, p: T, q: T) => tf.mean(terms(m, l, p, q), 1),
      ['noHalf', 'meanOverLatents'],
    ],
    'log-variances as those of deviations': [
      (m: T, l: T, p: T, q: T) => half(terms(m, tf.mul(2, l), p, tf.mul(2, q))),
      ['logDeviation'],
    ],
    'means added': [(m: T, l: T, p: T, q: T) => half(terms(m, l, tf.neg(p), q)), ['addedMeans']],
  },
});
