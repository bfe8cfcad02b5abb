import type { Unseen } from '../answer.js';

export const reparameterize: Unseen = {
  right: [
    `(mean, logVariance, noise) => tf.add(mean, tf.mul(noise, tf.sqrt(tf.exp(logVariance))))`,
    `(m, l, e) => tf.addN([m, tf.mul(e, tf.pow(Math.E, tf.div(l, 2)))])`,
    `(mean, logVariance, noise) => {
      const scales = tf.unstack(tf.exp(tf.mul(0.5, logVariance)));
      const draws = tf.unstack(noise);
      return tf.stack(tf.unstack(mean).map((row, i) => tf.add(tf.mul(draws[i], scales[i]), row)));
    }`,
    `(mean, logVariance, noise) => {
      const std = tf.exp(tf.div(logVariance, 2));
      return tf.mul(std, tf.add(tf.div(mean, std), noise));
    }`,
  ],
  wrong: [
    {
      says: 'The noise is scaled by the variance, not by its root.',
      mistakes: ['byVariance'],
      answer: `(mean, logVariance, noise) => tf.add(mean, tf.mul(tf.exp(logVariance), noise))`,
    },
    {
      says: 'It draws noise of its own instead of using the one that it is given.',
      mistakes: [],
      measured: 'it gives different numbers at each call',
      answer: `(mean, logVariance, noise) =>
        tf.add(mean, tf.mul(tf.exp(tf.mul(logVariance, 0.5)), tf.randomNormal(mean.shape)))`,
    },
    {
      says: 'The brackets are wrong: the mean is scaled by the standard deviation, too.',
      mistakes: ['scaledSum'],
      answer: `(mean, logVariance, noise) => tf.mul(tf.add(mean, noise), tf.exp(tf.div(logVariance, 2)))`,
    },
    {
      says: 'The standard deviation is the softplus of the log-variance, as in another parameterisation.',
      mistakes: ['softplus'],
      answer: `(mean, logVariance, noise) => tf.add(mean, tf.mul(tf.softplus(logVariance), noise))`,
    },
    {
      says: 'The noise is subtracted, and it is scaled by the variance, not by its root.',
      mistakes: ['minusNoise', 'byVariance'],
      answer: `(mean, logVariance, noise) => tf.sub(mean, tf.mul(tf.exp(logVariance), noise))`,
    },
  ],
};
