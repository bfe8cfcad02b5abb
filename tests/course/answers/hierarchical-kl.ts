import * as tf from '@tensorflow/tfjs-core';
import { tidied, type Answers } from './answers.js';

type T = tf.Tensor;
type Prior = (u: T) => { mean: T; logVariance: T };

const sample = (m: T, l: T, e: T): T => tf.add(m, tf.mul(tf.exp(tf.mul(0.5, l)), e));
const standard = (m: T, l: T): T => tf.mul(0.5, tf.sum(tf.sub(tf.sub(tf.add(tf.exp(l), tf.square(m)), 1), l), 1));
/** By scaling the latents so that the prior is the standard one. */
const from = (m: T, l: T, p: { mean: T; logVariance: T }): T =>
  standard(tf.mul(tf.sub(m, p.mean), tf.exp(tf.mul(-0.5, p.logVariance))), tf.sub(l, p.logVariance));

export const answers: Answers = tidied({
  right: {
    'by scaled latents': (prior: Prior, tm: T, tl: T, m: T, l: T, e: T) =>
      tf.add(standard(tm, tl), from(m, l, prior(sample(tm, tl, e)))),
    'with both levels in one sum': (prior: Prior, tm: T, tl: T, m: T, l: T, e: T) => {
      const p = prior(sample(tm, tl, e));
      const means = tf.concat([tm, tf.mul(tf.sub(m, p.mean), tf.exp(tf.mul(-0.5, p.logVariance)))], 1);
      return standard(means, tf.concat([tl, tf.sub(l, p.logVariance)], 1));
    },
    'with variances': (prior: Prior, tm: T, tl: T, m: T, l: T, e: T) => {
      const deviation = tf.sqrt(tf.exp(tl));
      const { mean, logVariance } = prior(tf.add(tf.mul(e, deviation), tm));
      const [v, w] = [tf.exp(l), tf.exp(logVariance)];
      const lower = tf.sub(tf.add(tf.log(tf.div(w, v)), tf.div(tf.add(v, tf.squaredDifference(m, mean)), w)), 1);
      const top = tf.sub(tf.sub(tf.add(tf.square(deviation), tf.square(tm)), 1), tl);
      return tf.div(tf.add(tf.sum(top, 1), tf.sum(lower, 1)), 2);
    },
    'with an entropy and a cross-entropy': (prior: Prior, tm: T, tl: T, m: T, l: T, e: T) => {
      const { mean, logVariance } = prior(sample(tm, tl, e));
      const entropy = tf.sum(tf.mul(0.5, tf.add(l, 1)), 1);
      const square = tf.add(tf.exp(l), tf.square(tf.sub(mean, m)));
      const cross = tf.sum(tf.mul(0.5, tf.add(logVariance, tf.mul(square, tf.exp(tf.neg(logVariance))))), 1);
      return tf.addN([standard(tm, tl), cross, tf.neg(entropy)]);
    },
    'with a general divergence': (prior: Prior, tm: T, tl: T, m: T, l: T, e: T) => {
      const zeros = { mean: tf.scalar(0), logVariance: tf.scalar(0) };
      return tf.add(from(m, l, prior(sample(tm, tl, e))), from(tm, tl, zeros));
    },
  },
  wrong: {
    'no top': [(prior: Prior, tm: T, tl: T, m: T, l: T, e: T) => from(m, l, prior(sample(tm, tl, e))), ['noTop']],
    'no sample': [
      (prior: Prior, tm: T, tl: T, m: T, l: T) => tf.add(standard(tm, tl), from(m, l, prior(tm))),
      ['noSample'],
    ],
    'the standard prior below': [
      (_: Prior, tm: T, tl: T, m: T, l: T) => tf.add(standard(tm, tl), standard(m, l)),
      ['standardPrior'],
    ],
    'the variance in the sample': [
      (prior: Prior, tm: T, tl: T, m: T, l: T, e: T) =>
        tf.add(standard(tm, tl), from(m, l, prior(sample(tm, tf.mul(2, tl), e)))),
      ['byVariance'],
    ],
    exchanged: [
      (prior: Prior, tm: T, tl: T, m: T, l: T, e: T) => {
        const p = prior(sample(tm, tl, e));
        return tf.add(standard(tm, tl), from(p.mean, p.logVariance, { mean: m, logVariance: l }));
      },
      ['reversed'],
    ],
    'minus the divergence': [
      (prior: Prior, tm: T, tl: T, m: T, l: T, e: T) =>
        tf.neg(tf.add(standard(tm, tl), from(m, l, prior(sample(tm, tl, e))))),
      ['negative'],
    ],
    'only the top': [(_: Prior, tm: T, tl: T) => standard(tm, tl), ['noLower']],
    'without halves': [
      (prior: Prior, tm: T, tl: T, m: T, l: T, e: T) =>
        tf.mul(2, tf.add(standard(tm, tl), from(m, l, prior(sample(tm, tl, e))))),
      ['noHalf'],
    ],
    'a loss of the batch from means': [
      (prior: Prior, tm: T, tl: T, m: T, l: T) => tf.mean(tf.add(standard(tm, tl), from(m, l, prior(tm)))),
      ['noSample', 'meanOverBatch'],
    ],
    'the difference': [
      (prior: Prior, tm: T, tl: T, m: T, l: T, e: T) => tf.sub(standard(tm, tl), from(m, l, prior(sample(tm, tl, e)))),
      ['difference'],
    ],
  },
});
