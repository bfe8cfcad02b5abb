import * as tf from '@tensorflow/tfjs-core';
import type { Answers } from './answers.js';

type T = tf.Tensor;

const logSigmoid = (l: T): T => tf.neg(tf.softplus(tf.neg(l)));

export const answers: Answers = {
  right: {
    'both terms': (x: T, l: T) =>
      tf.tidy(() => tf.sum(tf.add(tf.mul(x, logSigmoid(l)), tf.mul(tf.sub(1, x), logSigmoid(tf.neg(l)))), 1)),
    'by the sign of a pixel': (x: T, l: T) =>
      tf.tidy(() => tf.neg(tf.sum(tf.softplus(tf.mul(tf.sub(1, tf.mul(2, x)), l)), 1))),
    'by a condition': (x: T, l: T) =>
      tf.tidy(() => tf.sum(tf.where(tf.greater(x, 0.5), logSigmoid(l), logSigmoid(tf.neg(l))), -1)),
    'with the maximum taken out': (x: T, l: T) =>
      tf.tidy(() => {
        const rest = tf.log1p(tf.exp(tf.neg(tf.abs(l))));
        return tf.sum(tf.sub(tf.mul(x, l), tf.add(tf.relu(l), rest)), 1);
      }),
  },
  wrong: {
    'the loss': [(x: T, l: T) => tf.sum(tf.sub(tf.softplus(l), tf.mul(x, l)), 1), ['negative']],
    'a mean loss': [(x: T, l: T) => tf.mean(tf.sub(tf.softplus(l), tf.mul(x, l)), 1), ['negative', 'meanOverPixels']],
    'the other sign': [(x: T, l: T) => tf.sum(tf.sub(tf.mul(x, tf.neg(l)), tf.softplus(tf.neg(l))), 1), ['swapped']],
    'only where it is 1': [(x: T, l: T) => tf.sum(tf.mul(x, logSigmoid(l)), 1), ['onlyOnes']],
    'a sigmoid before': [
      (x: T, l: T) => tf.sum(tf.sub(tf.mul(x, tf.sigmoid(l)), tf.softplus(tf.sigmoid(l))), 1),
      ['sigmoidTwice'],
    ],
    'without an axis': [(x: T, l: T) => tf.sum(tf.sub(tf.mul(x, l), tf.softplus(l))), ['sumOverBatch']],
    // right until logits are large
    'the logarithm of a sigmoid': [
      (x: T, l: T) =>
        tf.sum(tf.add(tf.mul(x, tf.log(tf.sigmoid(l))), tf.mul(tf.sub(1, x), tf.log(tf.sub(1, tf.sigmoid(l))))), 1),
      [],
    ],
  },
};
