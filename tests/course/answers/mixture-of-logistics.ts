import * as tf from '@tensorflow/tfjs-core';
import { tidied, type Answers } from './answers.js';

type T = tf.Tensor;

const is = (x: T, value: number): T => tf.cast(tf.equal(tf.expandDims(x, 1), value), 'float32');
const cumulative = (x: T, by: number, m: T, l: T): T =>
  tf.sigmoid(tf.div(tf.sub(tf.expandDims(tf.add(x, by), 1), m), tf.exp(l)));
/** The probabilities of each logistic. */
const chances = (x: T, m: T, l: T): T => {
  const [first, last] = [is(x, 0), is(x, 9)];
  const upper = tf.add(tf.mul(tf.sub(1, last), cumulative(x, 0.5, m, l)), last);
  return tf.sub(upper, tf.mul(tf.sub(1, first), cumulative(x, -0.5, m, l)));
};
const plain = (x: T, m: T, l: T): T => tf.sub(cumulative(x, 0.5, m, l), cumulative(x, -0.5, m, l));
const mixed = (shares: T, each: T): T => tf.log(tf.sum(tf.mul(shares, each), 1));

export const answers: Answers = tidied({
  right: {
    'with masks of zeros and ones': (x: T, logits: T, m: T, l: T) => mixed(tf.softmax(logits), chances(x, m, l)),
    'with logSumExp of logarithms': (x: T, logits: T, m: T, l: T) =>
      tf.logSumExp(tf.add(tf.logSoftmax(logits), tf.log(chances(x, m, l))), 1),
    'with ends far away': (x: T, logits: T, m: T, l: T) => {
      const [pixel, scale] = [tf.expandDims(x, 1), tf.exp(tf.neg(l))];
      const upper = tf.where(tf.greater(pixel, 8.5), tf.fill(pixel.shape, 1e4), tf.add(pixel, 0.5));
      const lower = tf.where(tf.less(pixel, 0.5), tf.fill(pixel.shape, -1e4), tf.sub(pixel, 0.5));
      const at = (ends: T): T => tf.sigmoid(tf.mul(tf.sub(ends, m), scale));
      return mixed(tf.softmax(logits), tf.sub(at(upper), at(lower)));
    },
    'one logistic after the other': (x: T, logits: T, m: T, l: T) => {
      const column = (of: T, k: number): T => tf.slice(of, [0, k], [-1, 1]);
      const shares = tf.softmax(logits);
      const terms = Array.from({ length: m.shape[1]! }, (_, k) =>
        tf.mul(column(shares, k), chances(x, column(m, k), column(l, k))),
      );
      return tf.squeeze(tf.log(tf.addN(terms)), [1]);
    },
    'with tanh for the sigmoid': (x: T, logits: T, m: T, l: T) => {
      const at = (by: number): T =>
        tf.mul(0.5, tf.add(1, tf.tanh(tf.div(tf.sub(tf.expandDims(tf.add(x, by), 1), m), tf.mul(2, tf.exp(l))))));
      const upper = tf.where(tf.equal(tf.expandDims(x, 1), 9), tf.onesLike(m), at(0.5));
      const lower = tf.where(tf.equal(tf.expandDims(x, 1), 0), tf.zerosLike(m), at(-0.5));
      const weights = tf.exp(tf.sub(logits, tf.max(logits, 1, true)));
      const sum = tf.sum(tf.mul(weights, tf.sub(upper, lower)), 1);
      return tf.sub(tf.log(sum), tf.log(tf.sum(weights, 1)));
    },
  },
  wrong: {
    'a loss': [(x: T, w: T, m: T, l: T) => tf.neg(mixed(tf.softmax(w), chances(x, m, l))), ['negative']],
    'no edges': [(x: T, w: T, m: T, l: T) => mixed(tf.softmax(w), plain(x, m, l)), ['noEdges']],
    'a loss without edges': [
      (x: T, w: T, m: T, l: T) => tf.neg(mixed(tf.softmax(w), plain(x, m, l))),
      ['negative', 'noEdges'],
    ],
    'the exponentials of logits': [(x: T, w: T, m: T, l: T) => mixed(tf.exp(w), chances(x, m, l)), ['noSoftmax']],
    'equal shares': [(x: T, _: T, m: T, l: T) => tf.log(tf.mean(chances(x, m, l), 1)), ['equalShares']],
    'a sum of logarithms': [
      (x: T, w: T, m: T, l: T) => tf.sum(tf.mul(tf.softmax(w), tf.log(chances(x, m, l))), 1),
      ['meanOfLogs'],
    ],
    'the density': [
      (x: T, w: T, m: T, l: T) => {
        const at = cumulative(x, 0, m, l);
        return mixed(tf.softmax(w), tf.div(tf.mul(at, tf.sub(1, at)), tf.exp(l)));
      },
      ['density'],
    ],
    'a loss of the batch': [
      (x: T, w: T, m: T, l: T) => tf.neg(tf.mean(mixed(tf.softmax(w), chances(x, m, l)))),
      ['negative', 'meanOverPixels'],
    ],
    'the inverse scale': [(x: T, w: T, m: T, l: T) => mixed(tf.softmax(w), chances(x, m, tf.neg(l))), ['timesScale']],
    'a softmax over the wrong axis': [
      (x: T, w: T, m: T, l: T) => mixed(tf.transpose(tf.softmax(tf.transpose(w))), chances(x, m, l)),
      ['softmaxOverPixels'],
    ],
    bits: [(x: T, w: T, m: T, l: T) => tf.div(mixed(tf.softmax(w), chances(x, m, l)), Math.LN2), ['bits']],
  },
});
