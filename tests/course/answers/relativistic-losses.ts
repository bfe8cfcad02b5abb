import * as tf from '@tensorflow/tfjs-core';
import { tidied, type Answers } from './answers.js';

type T = tf.Tensor;

/** Both losses from a cost of a difference. */
const losses =
  (cost: (gap: T) => T) =>
  (r: T, f: T): { discriminator: T; generator: T } => ({
    discriminator: cost(tf.sub(r, f)),
    generator: cost(tf.sub(f, r)),
  });

export const answers: Answers = tidied({
  right: {
    'with softplus': losses((gap) => tf.mean(tf.softplus(tf.neg(gap)))),
    'with logSigmoid': losses((gap) => tf.neg(tf.mean(tf.logSigmoid(gap)))),
    'with the difference of the losses': (r: T, f: T) => {
      const gap = tf.sub(r, f);
      const discriminator = tf.mean(tf.sub(tf.softplus(gap), gap));
      return { discriminator, generator: tf.add(discriminator, tf.mean(gap)) };
    },
    'with a softmax of two': (r: T, f: T) => {
      const total = tf.logSumExp(tf.concat([r, f], 1), 1, true);
      return { discriminator: tf.mean(tf.sub(total, r)), generator: tf.mean(tf.sub(total, f)) };
    },
    'with log1p': losses((gap) => tf.mean(tf.add(tf.relu(tf.neg(gap)), tf.log1p(tf.exp(tf.neg(tf.abs(gap))))))),
  },
  wrong: {
    exchanged: [losses((gap) => tf.mean(tf.softplus(gap))), ['exchanged']],
    'log-likelihoods': [losses((gap) => tf.mean(tf.logSigmoid(gap))), ['negative']],
    'a zero-sum game': [
      (r: T, f: T) => {
        const discriminator = tf.mean(tf.softplus(tf.sub(f, r)));
        return { discriminator, generator: tf.neg(discriminator) };
      },
      ['generatorMinusDiscriminator'],
    ],
    'the same loss': [
      (r: T, f: T) => {
        const discriminator = tf.mean(tf.softplus(tf.sub(f, r)));
        return { discriminator, generator: tf.clone(discriminator) };
      },
      ['generatorAsDiscriminator'],
    ],
    sums: [losses((gap) => tf.sum(tf.softplus(tf.neg(gap)))), ['sum']],
    hinges: [losses((gap) => tf.mean(tf.relu(tf.sub(1, gap)))), ['hinge']],
    'no sigmoid': [losses((gap) => tf.neg(tf.mean(gap))), ['noSigmoid']],
    'probabilities of the other': [losses((gap) => tf.mean(tf.sigmoid(tf.neg(gap)))), ['noLogarithm']],
    'compared with means': [
      (r: T, f: T) => {
        const cost = (a: T, b: T): T =>
          tf.add(tf.mean(tf.softplus(tf.sub(tf.mean(b), a))), tf.mean(tf.softplus(tf.sub(b, tf.mean(a)))));
        return { discriminator: cost(r, f), generator: cost(f, r) };
      },
      ['averages'],
    ],
    'the logarithm of a mean': [losses((gap) => tf.neg(tf.log(tf.mean(tf.sigmoid(gap))))), ['logOfMean']],
  },
});
