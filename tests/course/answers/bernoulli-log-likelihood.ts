import * as tf from '@tensorflow/tfjs-core';
import type { Answers } from './answers.js';

type T = tf.Tensor;

const crossEntropy = (x: T, l: T): T => tf.sub(tf.add(tf.relu(l), tf.log1p(tf.exp(tf.neg(tf.abs(l))))), tf.mul(x, l));

export const answers: Answers = {
  right: {
    'with logSigmoid': (x: T, l: T) =>
      tf.tidy(() => {
        const zeros = tf.sub(1, x);
        return tf.sum(tf.add(tf.mul(x, tf.logSigmoid(l)), tf.mul(zeros, tf.logSigmoid(tf.neg(l)))), 1);
      }),
    'as minus the stable cross-entropy': (x: T, l: T) => tf.tidy(() => tf.neg(tf.sum(crossEntropy(x, l), 1))),
    'with one sign for both': (x: T, l: T) =>
      tf.tidy(() => tf.neg(tf.sum(tf.softplus(tf.mul(l, tf.sub(1, tf.mul(2, x)))), -1))),
    'with a choice': (x: T, l: T) =>
      tf.tidy(() => tf.sum(tf.neg(tf.softplus(tf.where(tf.greater(x, 0.5), tf.neg(l), l))), 1)),
  },
  wrong: {
    'the loss': [(x: T, l: T) => tf.sum(crossEntropy(x, l), 1), ['negative']],
    'a mean loss': [(x: T, l: T) => tf.mean(crossEntropy(x, l), 1), ['negative', 'meanOverPixels']],
    'the whole batch': [(x: T, l: T) => tf.neg(tf.sum(crossEntropy(x, l))), ['sumOverBatch']],
    'ones alone': [(x: T, l: T) => tf.sum(tf.mul(x, tf.logSigmoid(l)), 1), ['onlyOnes']],
    'in tenths': [(x: T, l: T) => tf.mul(-10, tf.sum(crossEntropy(x, l), 1)), []],
    // right until logits are large
    'the logarithm of a sigmoid': [
      (x: T, l: T) =>
        tf.sum(tf.add(tf.mul(x, tf.log(tf.sigmoid(l))), tf.mul(tf.sub(1, x), tf.log(tf.sub(1, tf.sigmoid(l))))), 1),
      [],
    ],
  },
};
