import * as tf from '@tensorflow/tfjs-core';
import { tidied, type Answers } from './answers.js';

type T = tf.Tensor;

const readers = (l: T): T => tf.slice(l, [0, 0, 0], [-1, l.shape[1]! - 1, -1]);
const rest = (x: T): T => tf.slice(x, [0, 1]);
/** What each token costs, in nats. */
const costs = (l: T, tokens: T): T =>
  tf.sub(tf.logSumExp(l, 2), tf.sum(tf.mul(tf.oneHot(tokens as tf.Tensor2D, l.shape[2]!), l), 2));
const mean = (costs: T, counts: T): T => tf.div(tf.sum(tf.mul(costs, counts)), tf.sum(counts));
const bits = (x: T): T => tf.div(x, Math.LN2);

export const answers: Answers = tidied({
  right: {
    'with logSumExp': (l: T, x: T, m: T) => bits(mean(costs(readers(l), rest(x)), rest(m))),
    'with cross-entropies of TensorFlow.js': (l: T, x: T, m: T) => {
      const choices = l.shape[2]!;
      const own = tf.reshape(tf.oneHot(tf.cast(rest(x), 'int32') as tf.Tensor2D, choices), [-1, choices]);
      const each = tf.losses.softmaxCrossEntropy(own, tf.reshape(readers(l), [-1, choices]), undefined, 0, 0);
      return bits(mean(each, tf.reshape(rest(m), [-1])));
    },
    'with the shift by a row of zeros': (l: T, x: T, m: T) => {
      const [batch, , choices] = l.shape as [number, number, number];
      const shifted = tf.concat([tf.zeros([batch, 1, choices]), readers(l)], 1);
      const counts = tf.concat([tf.zeros([batch, 1]), rest(m)], 1);
      return bits(mean(costs(shifted, x), counts));
    },
    'one place after the other': (l: T, x: T, m: T) => {
      const [logs, tokens, counts] = [tf.unstack(tf.logSoftmax(l), 1), tf.unstack(x, 1), tf.unstack(m, 1)];
      const sums = tokens.slice(1).map((token, i) => {
        const own = tf.oneHot(token, l.shape[2]!);
        return tf.sum(tf.mul(counts[i + 1]!, tf.sum(tf.mul(own, logs[i]!), 1)));
      });
      return tf.neg(bits(tf.div(tf.addN(sums), tf.sum(rest(m)))));
    },
    'with a choice by the mask': (l: T, x: T, m: T) => {
      const each = costs(readers(l), rest(x));
      const judged = tf.where(tf.greater(rest(m), 0.5), each, tf.zerosLike(each));
      return tf.div(tf.sum(judged), tf.mul(tf.sum(rest(m)), Math.log(2)));
    },
  },
  wrong: {
    nats: [(l: T, x: T, m: T) => mean(costs(readers(l), rest(x)), rest(m)), ['nats']],
    'no shift': [(l: T, x: T, m: T) => bits(mean(costs(l, x), m)), ['noShift']],
    'no shift, and nats': [(l: T, x: T, m: T) => mean(costs(l, x), m), ['nats', 'noShift']],
    'padding judged': [(l: T, x: T) => bits(tf.mean(costs(readers(l), rest(x)))), ['padding']],
    'padding in the mean': [
      (l: T, x: T, m: T) => bits(tf.mean(tf.mul(costs(readers(l), rest(x)), rest(m)))),
      ['paddingCounted'],
    ],
    'the mean of the means': [
      (l: T, x: T, m: T) =>
        bits(tf.mean(tf.div(tf.sum(tf.mul(costs(readers(l), rest(x)), rest(m)), 1), tf.sum(rest(m), 1)))),
      ['meanOfMeans'],
    ],
    'a sum': [(l: T, x: T, m: T) => bits(tf.sum(tf.mul(costs(readers(l), rest(x)), rest(m)))), ['sum']],
    perplexity: [(l: T, x: T, m: T) => tf.exp(mean(costs(readers(l), rest(x)), rest(m))), ['perplexity']],
    'the mask of the readers': [
      (l: T, x: T, m: T) => bits(mean(costs(readers(l), rest(x)), tf.slice(m, [0, 0], [-1, m.shape[1]! - 1]))),
      ['maskOfReader'],
    ],
    'all tokens counted': [
      (l: T, x: T, m: T) => bits(tf.div(tf.sum(tf.mul(costs(readers(l), rest(x)), rest(m))), tf.sum(m))),
      ['firstCounted'],
    ],
    'a log-likelihood': [(l: T, x: T, m: T) => tf.neg(bits(mean(costs(readers(l), rest(x)), rest(m)))), ['negative']],
  },
});
