import * as tf from '@tensorflow/tfjs-core';
import type { Answers } from './answers.js';

type T = tf.Tensor;

const likelihood = (x: T, logits: T): T => tf.sub(tf.mul(x, logits), tf.softplus(logits));
const divergence = (m: T, l: T): T => tf.mul(0.5, tf.sub(tf.add(tf.exp(l), tf.square(m)), tf.add(1, l)));

export const answers: Answers = {
  right: {
    'plus minus the divergence': (x: T, logits: T, m: T, l: T) =>
      tf.tidy(() => {
        const minus = tf.mul(0.5, tf.sum(tf.sub(tf.sub(tf.add(1, l), tf.mul(m, m)), tf.exp(l)), 1));
        return tf.add(minus, tf.sum(likelihood(x, logits), 1));
      }),
    'all terms side by side': (x: T, logits: T, m: T, l: T) =>
      tf.tidy(() => tf.sum(tf.concat([likelihood(x, logits), tf.neg(divergence(m, l))], 1), 1)),
    'minus a loss': (x: T, logits: T, m: T, l: T) =>
      tf.tidy(() => tf.neg(tf.sub(tf.sum(divergence(m, l), 1), tf.sum(likelihood(x, logits), 1)))),
  },
  wrong: {
    'a loss': [
      (x: T, logits: T, m: T, l: T) => tf.sub(tf.sum(divergence(m, l), 1), tf.sum(likelihood(x, logits), 1)),
      ['negative'],
    ],
    'both added': [
      (x: T, logits: T, m: T, l: T) => tf.add(tf.sum(likelihood(x, logits), 1), tf.sum(divergence(m, l), 1)),
      ['plusDivergence'],
    ],
    'two means': [
      (x: T, logits: T, m: T, l: T) => tf.sub(tf.mean(likelihood(x, logits), 1), tf.mean(divergence(m, l), 1)),
      ['meanOverPixels', 'meanOverLatents'],
    ],
    'a squared error': [
      (x: T, logits: T, m: T, l: T) =>
        tf.sub(tf.neg(tf.sum(tf.squaredDifference(x, tf.sigmoid(logits)), 1)), tf.sum(divergence(m, l), 1)),
      ['squaredError'],
    ],
    'a mean over examples': [
      (x: T, logits: T, m: T, l: T) => tf.mean(tf.sub(tf.sum(likelihood(x, logits), 1), tf.sum(divergence(m, l), 1))),
      ['meanOverBatch'],
    ],
    'a weight of its own': [
      (x: T, logits: T, m: T, l: T) =>
        tf.sub(tf.sum(likelihood(x, logits), 1), tf.mul(0.25, tf.sum(divergence(m, l), 1))),
      [],
    ],
  },
};
