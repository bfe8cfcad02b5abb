import * as tf from '@tensorflow/tfjs-core';
import type { Answers } from './answers.js';

type T = tf.Tensor;

export const answers: Answers = {
  right: {
    'with the largest taken out': (w: T) =>
      tf.tidy(() => {
        const largest = tf.max(w, 0, true);
        return tf.add(tf.squeeze(largest, [0]), tf.log(tf.mean(tf.exp(tf.sub(w, largest)), 0)));
      }),
    'with the number of samples inside': (w: T) => tf.tidy(() => tf.logSumExp(tf.sub(w, Math.log(w.shape[0])), 0)),
    'with samples last': (w: T) =>
      tf.tidy(() => tf.sub(tf.logSumExp(tf.transpose(w), 1), tf.log(tf.scalar(w.shape[0])))),
  },
  wrong: {
    'the sum': [(w: T) => tf.logSumExp(w, 0), ['noMean']],
    'the ELBO': [(w: T) => tf.mean(w, 0), ['meanOfLogs']],
    'the wrong axis': [(w: T) => tf.sub(tf.logSumExp(w, 1), Math.log(w.shape[1]!)), ['overBatch']],
    'a loss of sums': [(w: T) => tf.neg(tf.logSumExp(w, 0)), ['noMean', 'negative']],
    'the largest and a constant': [(w: T) => tf.add(tf.max(w, 0), 0.5), []],
    // right until weights are small, where it is -Infinity, as without the mean
    'the weights themselves': [(w: T) => tf.log(tf.mean(tf.exp(w), 0)), ['weightsThemselves']],
  },
};
