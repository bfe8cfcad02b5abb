import type { Unseen } from '../answer.js';

export const gaussianKl: Unseen = {
  right: [
    `(m, l) => tf.mul(-0.5, tf.sum(tf.sub(tf.sub(tf.add(1, l), tf.square(m)), tf.exp(l)), -1))`,
    `(mean, logVariance) => {
      const [batch, latents] = mean.shape;
      const parts = [tf.sum(tf.mul(mean, mean), 1), tf.sum(tf.exp(logVariance), 1), tf.neg(tf.sum(logVariance, 1))];
      return tf.div(tf.sub(tf.addN(parts), latents), 2);
    }`,
    `(mean, logVariance) => {
      const std = tf.exp(tf.mul(0.5, logVariance));
      const perLatent = tf.sub(tf.div(tf.add(tf.square(std), tf.square(mean)), 2), tf.add(tf.log(std), 0.5));
      return tf.reshape(tf.matMul(perLatent, tf.ones([mean.shape[1], 1])), [-1]);
    }`,
    `(mean, logVariance) => {
      const rows = tf.unstack(tf.add(tf.square(mean), tf.sub(tf.expm1(logVariance), logVariance)), 0);
      return tf.stack(rows.map((row) => tf.div(tf.sum(row), 2)));
    }`,
  ],
  wrong: [
    {
      says: 'The sign is wrong, and the axis is kept, so that the shape is [batch, 1].',
      mistakes: ['negative'],
      measured: 'it has shape [4, 1]',
      answer: `(mean, logVariance) => tf.mul(0.5,
        tf.sum(tf.sub(tf.sub(tf.add(1, logVariance), tf.square(mean)), tf.exp(logVariance)), 1, true))`,
    },
    {
      says: 'The log-variance is taken for the logarithm of the standard deviation.',
      mistakes: ['logDeviation'],
      answer: `(mean, logStd) => {
        const variance = tf.exp(tf.mul(2, logStd));
        return tf.mul(0.5, tf.sum(tf.sub(tf.add(variance, tf.square(mean)), tf.add(1, tf.mul(2, logStd))), 1));
      }`,
    },
    {
      says: 'It is a mean over the latents instead of a sum, and the -1 is missing.',
      mistakes: ['noMinusOne', 'meanOverLatents'],
      answer: `(mean, logVariance) =>
        tf.mul(0.5, tf.mean(tf.sub(tf.add(tf.exp(logVariance), tf.square(mean)), logVariance), 1))`,
    },
    {
      says: 'It is the divergence in the other direction, of the prior from the posterior.',
      mistakes: ['reversed'],
      answer: `(mean, logVariance) => tf.mul(0.5, tf.sum(
        tf.add(tf.sub(tf.mul(tf.exp(tf.neg(logVariance)), tf.add(1, tf.square(mean))), 1), logVariance), 1))`,
    },
    {
      says: 'It estimates the integral with one random sample instead of the closed form.',
      mistakes: [],
      measured: 'it gives different numbers at each call',
      answer: `(mean, logVariance) => {
        const noise = tf.randomNormal(mean.shape);
        const z = tf.add(mean, tf.mul(noise, tf.exp(tf.mul(0.5, logVariance))));
        const logQ = tf.mul(-0.5, tf.add(tf.square(noise), logVariance));
        const logP = tf.mul(-0.5, tf.square(z));
        return tf.sum(tf.sub(logQ, logP), 1);
      }`,
    },
  ],
};
