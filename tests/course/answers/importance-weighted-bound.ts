import * as tf from '@tensorflow/tfjs-core';
import type { Answers } from './answers.js';

type T = tf.Tensor;

export const answers: Answers = {
  right: {
    'with the largest taken out': (w: T) =>
      tf.tidy(() => {
        const largest = tf.max(w, 0, true);
        return tf.add(tf.log(tf.mean(tf.exp(tf.sub(w, largest)), 0)), tf.squeeze(largest, [0]));
      }),
    'the number of samples within': (w: T) => tf.tidy(() => tf.logSumExp(tf.sub(w, Math.log(w.shape[0])), 0)),
    'transposed first': (w: T) =>
      tf.tidy(() => tf.sub(tf.logSumExp(tf.transpose(w), 1), tf.log(tf.scalar(w.shape[0])))),
  },
  wrong: {
    'the mean outside': [(w: T) => tf.mean(w, 0), ['meanOfLogs']],
    'no mean': [(w: T) => tf.logSumExp(w, 0), ['noMean']],
    'the other axis': [(w: T) => tf.sub(tf.logSumExp(w, 1), Math.log(w.shape[1]!)), ['overBatch']],
    'a loss for the batch': [
      (w: T) => tf.neg(tf.mean(tf.sub(tf.logSumExp(w, 0), Math.log(w.shape[0])))),
      ['negative', 'meanOverBatch'],
    ],
    'divided outside': [(w: T) => tf.div(tf.logSumExp(w, 0), w.shape[0]), ['dividedOutside']],
    // right until weights are small
    'the weights themselves': [(w: T) => tf.log(tf.mean(tf.exp(w), 0)), []],
    'one sample too few': [(w: T) => tf.sub(tf.logSumExp(w, 0), Math.log(w.shape[0] - 1)), []],
  },
};
