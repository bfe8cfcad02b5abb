import * as tf from '@tensorflow/tfjs-core';
import { tidied, type Answers } from './answers.js';

type T = tf.Tensor;

const bounded = (x: T, limit = 0.5): T => tf.maximum(x, limit);

export const answers: Answers = tidied({
  right: {
    'with relu': (d: T) => tf.sum(tf.add(0.5, tf.relu(tf.sub(tf.mean(d, 0), 0.5)))),
    'with a choice': (d: T) => {
      const means = tf.mean(d, 0);
      return tf.sum(tf.where(tf.greater(means, 0.5), means, tf.fill(means.shape, 0.5)));
    },
    'with clipByValue': (d: T) => tf.sum(tf.clipByValue(tf.mean(d, 0), 0.5, 1e6)),
    'with a product with ones': (d: T) => {
      const means = tf.matMul(tf.fill<tf.Rank.R2>([1, d.shape[0]], 1 / d.shape[0]), d);
      return tf.sum(bounded(means));
    },
    'latent by latent': (d: T) => tf.addN(tf.unstack(d, 1).map((column) => bounded(tf.mean(column)))),
  },
  wrong: {
    'each example': [(d: T) => tf.sum(tf.mean(bounded(d), 0)), ['eachExample']],
    'no limit': [(d: T) => tf.sum(tf.mean(d, 0)), ['noLimit']],
    'a mean over latents': [(d: T) => tf.mean(bounded(tf.mean(d, 0))), ['meanOverLatents']],
    'the sum of all': [(d: T) => bounded(tf.sum(tf.mean(d, 0))), ['allTogether']],
    'a hinge': [(d: T) => tf.sum(tf.relu(tf.sub(tf.mean(d, 0), 0.5))), ['hinge']],
    'a minimum': [(d: T) => tf.sum(tf.minimum(tf.mean(d, 0), 0.5)), ['minimum']],
    'a sum over the batch': [(d: T) => tf.sum(bounded(tf.sum(d, 0))), ['sumOverBatch']],
    'a mean over both, each example': [(d: T) => tf.mean(bounded(d)), ['eachExample', 'meanOverLatents']],
    'one number for each latent': [(d: T) => bounded(tf.mean(d, 0)), ['perLatent']],
    'a limit of 1': [(d: T) => tf.sum(bounded(tf.mean(d, 0), 1)), ['limitOne']],
  },
});
