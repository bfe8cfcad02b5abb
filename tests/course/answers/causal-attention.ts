import * as tf from '@tensorflow/tfjs-core';
import { tidied, type Answers } from './answers.js';

type T = tf.Tensor;

const scores = (q: T, k: T): T => tf.div(tf.matMul(q, k, false, true), Math.sqrt(q.shape[2]!));
/** 1 where place j is not after place i. */
const past = (s: T): tf.Tensor2D => tf.linalg.bandPart(tf.ones<tf.Rank.R2>([s.shape[1]!, s.shape[1]!]), -1, 0);
const hide = (s: T, mask: T): T => tf.add(s, tf.mul(tf.sub(1, mask), -1e9));

export const answers: Answers = tidied({
  right: {
    'with a large negative number added': (q: T, k: T, v: T) => {
      const s = scores(q, k);
      return tf.matMul(tf.softmax(hide(s, past(s))), v);
    },
    'with minus infinity': (q: T, k: T, v: T) => {
      const s = scores(q, k);
      const hidden = tf.where(tf.cast(past(s), 'bool'), tf.zerosLike(past(s)), tf.fill(past(s).shape, -Infinity));
      return tf.matMul(tf.softmax(tf.add(s, hidden)), v);
    },
    'one place after the other': (q: T, k: T, v: T) => {
      const [batch, length, features] = q.shape as [number, number, number];
      const rows = Array.from({ length }, (_, i) => {
        const query = tf.slice(q, [0, i, 0], [batch, 1, features]);
        const until = (x: T): T => tf.slice(x, [0, 0, 0], [batch, i + 1, x.shape[2]!]);
        return tf.matMul(tf.softmax(scores(query, until(k))), until(v));
      });
      return tf.concat(rows, 1);
    },
    'with scaled queries': (q: T, k: T, v: T) => {
      const s = tf.matMul(tf.mul(q, q.shape[2]! ** -0.5), tf.transpose(k, [0, 2, 1]));
      const masked = tf.where(tf.cast(tf.broadcastTo(past(s), s.shape), 'bool'), s, tf.fill(s.shape, -1e30));
      const weights = tf.exp(tf.sub(masked, tf.logSumExp(masked, 2, true)));
      return tf.matMul(weights, v);
    },
    'with the largest score taken out': (q: T, k: T, v: T) => {
      const s = scores(q, k);
      const weights = tf.mul(tf.exp(tf.sub(s, tf.max(hide(s, past(s)), 2, true))), past(s));
      // a score of a hidden place may be larger: its exponential must stay finite
      const safe = tf.where(tf.cast(tf.broadcastTo(past(s), s.shape), 'bool'), weights, tf.zerosLike(weights));
      return tf.div(tf.matMul(safe, v), tf.sum(safe, 2, true));
    },
  },
  wrong: {
    'the whole sequence': [(q: T, k: T, v: T) => tf.matMul(tf.softmax(scores(q, k)), v), ['noMask']],
    'no scale': [
      (q: T, k: T, v: T) => {
        const s = tf.matMul(q, k, false, true);
        return tf.matMul(tf.softmax(hide(s, past(s))), v);
      },
      ['noScale'],
    ],
    'no scale and no mask': [
      (q: T, k: T, v: T) => tf.matMul(tf.softmax(tf.matMul(q, k, false, true)), v),
      ['noMask', 'noScale'],
    ],
    'scores multiplied by the mask': [
      (q: T, k: T, v: T) => {
        const s = scores(q, k);
        return tf.matMul(tf.softmax(tf.mul(s, past(s))), v);
      },
      ['zeroScores'],
    ],
    'weights multiplied by the mask': [
      (q: T, k: T, v: T) => {
        const s = scores(q, k);
        return tf.matMul(tf.mul(tf.softmax(s), past(s)), v);
      },
      ['maskedWeights'],
    ],
    'the future': [
      (q: T, k: T, v: T) => {
        const s = scores(q, k);
        return tf.matMul(tf.softmax(hide(s, tf.transpose(past(s)))), v);
      },
      ['future'],
    ],
    'queries and keys exchanged': [
      (q: T, k: T, v: T) => {
        const s = scores(k, q);
        return tf.matMul(tf.softmax(hide(s, past(s))), v);
      },
      ['exchanged'],
    ],
    'a softmax over the wrong axis': [
      (q: T, k: T, v: T) => {
        const s = scores(q, k);
        const hidden = hide(s, past(s));
        return tf.matMul(tf.exp(tf.sub(hidden, tf.logSumExp(hidden, 1, true))), v);
      },
      ['softmaxOverQueries'],
    ],
    'divided by the number of features': [
      (q: T, k: T, v: T) => {
        const s = tf.div(tf.matMul(q, k, false, true), q.shape[2]!);
        return tf.matMul(tf.softmax(hide(s, past(s))), v);
      },
      ['byFeatures'],
    ],
    'the mean of the past': [
      (_: T, __: T, v: T) => {
        const mask = past(v);
        return tf.matMul(
          tf.broadcastTo(tf.div(mask, tf.sum(mask, 1, true)), [v.shape[0], v.shape[1]!, v.shape[1]!]),
          v,
        );
      },
      ['uniform'],
    ],
  },
});
