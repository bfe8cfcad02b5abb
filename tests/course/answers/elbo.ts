import * as tf from '@tensorflow/tfjs-core';
import type { Answers } from './answers.js';

type T = tf.Tensor;

const likelihood = (x: T, l: T): T => tf.sub(tf.mul(x, l), tf.softplus(l));
const divergence = (m: T, l: T): T => tf.mul(0.5, tf.sub(tf.sub(tf.add(tf.exp(l), tf.square(m)), 1), l));

export const answers: Answers = {
  right: {
    'as minus a loss': (x: T, logits: T, m: T, l: T) =>
      tf.tidy(() => tf.neg(tf.add(tf.sum(divergence(m, l), 1), tf.neg(tf.sum(likelihood(x, logits), 1))))),
    'in one sum': (x: T, logits: T, m: T, l: T) =>
      tf.tidy(() => tf.sum(tf.concat([likelihood(x, logits), tf.neg(divergence(m, l))], 1), 1)),
  },
  wrong: {
    // right as far as float32 has the probabilities
    'from probabilities': [
      (x: T, logits: T, m: T, l: T) =>
        tf.tidy(() => {
          const p = tf.sigmoid(logits);
          const pixels = tf.add(tf.mul(x, tf.log(p)), tf.mul(tf.sub(1, x), tf.log(tf.sub(1, p))));
          return tf.sub(tf.sum(pixels, 1), tf.sum(divergence(m, l), 1));
        }),
      [],
    ],
    'a loss': [
      (x: T, logits: T, m: T, l: T) => tf.sub(tf.sum(divergence(m, l), 1), tf.sum(likelihood(x, logits), 1)),
      ['negative'],
    ],
    'both means': [
      (x: T, logits: T, m: T, l: T) => tf.sub(tf.mean(likelihood(x, logits), 1), tf.mean(divergence(m, l), 1)),
      ['meanOverPixels', 'meanOverLatents'],
    ],
    'the half forgotten': [
      (x: T, logits: T, m: T, l: T) => tf.sub(tf.sum(likelihood(x, logits), 1), tf.mul(2, tf.sum(divergence(m, l), 1))),
      ['noHalf'],
    ],
    'a loss of the batch': [
      (x: T, logits: T, m: T, l: T) => tf.mean(tf.sub(tf.sum(divergence(m, l), 1), tf.sum(likelihood(x, logits), 1))),
      ['negative', 'meanOverBatch'],
    ],
    'a beta of 4': [
      (x: T, logits: T, m: T, l: T) => tf.sub(tf.sum(likelihood(x, logits), 1), tf.mul(4, tf.sum(divergence(m, l), 1))),
      [],
    ],
    'a squared error': [
      (x: T, logits: T, m: T, l: T) =>
        tf.sub(tf.neg(tf.sum(tf.squaredDifference(x, tf.sigmoid(logits)), 1)), tf.sum(divergence(m, l), 1)),
      ['squaredError'],
    ],
  },
};
