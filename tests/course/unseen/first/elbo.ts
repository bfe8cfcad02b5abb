import type { Unseen } from '../answer.js';

export const elbo: Unseen = {
  right: [
    `(x, logits, mean, logVariance) => {
      const pixels = tf.sub(tf.mul(x, logits), tf.softplus(logits));
      const latents = tf.div(tf.sub(tf.add(logVariance, 1), tf.add(tf.exp(logVariance), tf.square(mean))), 2);
      return tf.sum(tf.concat([pixels, latents], 1), 1);
    }`,
    `(x, logits, mean, logVariance) => {
      const log2Pi = Math.log(2 * Math.PI);
      const entropy = tf.mul(0.5, tf.sum(tf.add(logVariance, 1 + log2Pi), 1));
      const prior = tf.mul(-0.5, tf.sum(tf.add(tf.add(tf.square(mean), tf.exp(logVariance)), log2Pi), 1));
      const data = tf.sum(tf.logSigmoid(tf.mul(tf.sub(tf.mul(x, 2), 1), logits)), 1);
      return tf.addN([data, prior, entropy]);
    }`,
    `(x, logits, mean, logVariance) => {
      const bounds = [];
      for (let i = 0; i < x.shape[0]; i++) {
        const row = (of) => tf.gather(of, i);
        const l = row(logits), m = row(mean), v = row(logVariance);
        const loss = tf.sum(tf.add(tf.sub(tf.relu(l), tf.mul(l, row(x))), tf.log(tf.add(1, tf.exp(tf.neg(tf.abs(l)))))));
        const kl = tf.mul(0.5, tf.sum(tf.sub(tf.add(tf.exp(v), tf.mul(m, m)), tf.add(v, 1))));
        bounds.push(tf.neg(tf.add(loss, kl)));
      }
      return tf.stack(bounds);
    }`,
  ],
  wrong: [
    {
      says: 'It is the loss that one minimises, the bound with the other sign.',
      mistakes: ['negative'],
      answer: `(x, logits, mean, logVariance) => {
        const reconstruction = tf.sum(tf.sub(tf.softplus(logits), tf.mul(x, logits)), 1);
        const kl = tf.mul(0.5, tf.sum(tf.sub(tf.add(tf.square(mean), tf.exp(logVariance)), tf.add(1, logVariance)), 1));
        return tf.add(reconstruction, kl);
      }`,
    },
    {
      says: 'The divergence lacks the factor 1/2, and the likelihood is a mean over pixels.',
      mistakes: ['noHalf', 'meanOverPixels'],
      answer: `(x, logits, mean, logVariance) => {
        const likelihood = tf.mean(tf.sub(tf.mul(x, logits), tf.softplus(logits)), 1);
        const kl = tf.sum(tf.sub(tf.add(tf.square(mean), tf.exp(logVariance)), tf.add(1, logVariance)), 1);
        return tf.sub(likelihood, kl);
      }`,
    },
    {
      says: 'The likelihood is a squared error of the probabilities instead of the Bernoulli one.',
      mistakes: ['squaredError'],
      answer: `(x, logits, mean, logVariance) => {
        const reconstruction = tf.sum(tf.squaredDifference(x, tf.sigmoid(logits)), 1);
        const kl = tf.mul(0.5, tf.sum(tf.sub(tf.add(tf.square(mean), tf.exp(logVariance)), tf.add(1, logVariance)), 1));
        return tf.neg(tf.add(reconstruction, kl));
      }`,
    },
    {
      says: 'The log-variance is used as if it were the standard deviation.',
      mistakes: ['deviationGiven'],
      answer: `(x, logits, mean, std) => {
        const likelihood = tf.sum(tf.sub(tf.mul(x, logits), tf.softplus(logits)), 1);
        const variance = tf.square(std);
        const kl = tf.mul(-0.5, tf.sum(tf.sub(tf.add(1, tf.log(variance)), tf.add(tf.square(mean), variance)), 1));
        return tf.sub(likelihood, kl);
      }`,
    },
    {
      says: 'The divergence is added instead of subtracted, and it is a mean over the batch.',
      mistakes: ['plusDivergence', 'meanOverBatch'],
      answer: `(x, logits, mean, logVariance) => {
        const likelihood = tf.sum(tf.sub(tf.mul(x, logits), tf.softplus(logits)), 1);
        const kl = tf.mul(0.5, tf.sum(tf.sub(tf.add(tf.square(mean), tf.exp(logVariance)), tf.add(1, logVariance)), 1));
        return tf.mean(tf.add(likelihood, kl));
      }`,
    },
  ],
};
