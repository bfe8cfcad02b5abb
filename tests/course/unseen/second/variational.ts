import type { Wrong } from '../answer.js';

export const variational: Readonly<Record<string, readonly Wrong[]>> = {
  reparameterize: [
    {
      says: 'The exponential is missing: it takes the root of the log-variance.',
      mistakes: ['varianceGiven'],
      answer: `(mean, logVariance, noise) => tf.add(mean, tf.mul(noise, tf.sqrt(logVariance)))`,
    },
    {
      says: 'All examples get the noise of the first one.',
      mistakes: ['oneNoise'],
      answer: `(mean, logVariance, noise) =>
        tf.add(mean, tf.mul(tf.slice(noise, [0, 0], [1, -1]), tf.exp(tf.div(logVariance, 2))))`,
    },
    {
      says: 'The mean is missing, and the exponent has the wrong sign.',
      mistakes: ['noMean', 'divided'],
      answer: `(mean, logVariance, noise) => tf.mul(noise, tf.exp(tf.mul(-0.5, logVariance)))`,
    },
  ],
  'gaussian-kl': [
    {
      says: 'The mean is not squared.',
      mistakes: ['meanNotSquared'],
      answer: `(mean, logVariance) =>
        tf.mul(0.5, tf.sum(tf.sub(tf.add(tf.exp(logVariance), mean), tf.add(1, logVariance)), 1))`,
    },
    {
      says: 'It sums over the batch instead of over the latents.',
      mistakes: ['sumOverExamples'],
      answer: `(mean, logVariance) => tf.mul(-0.5, tf.sum(
        tf.sub(tf.add(1, logVariance), tf.add(tf.square(mean), tf.exp(logVariance))), 0))`,
    },
    {
      says: 'It is one number, the mean over the batch, and the factor 1/2 is missing.',
      mistakes: ['noHalf'],
      measured: 'it is the mean over the whole batch',
      answer: `(mean, logVariance) => tf.mean(tf.sum(
        tf.sub(tf.add(tf.square(mean), tf.exp(logVariance)), tf.add(1, logVariance)), 1))`,
    },
  ],
  'bernoulli-log-likelihood': [
    {
      says: 'It is a squared error of the probabilities.',
      mistakes: ['squaredError'],
      answer: `(x, logits) => tf.neg(tf.sum(tf.square(tf.sub(x, tf.sigmoid(logits))), 1))`,
    },
    {
      says: 'It is in bits instead of nats.',
      mistakes: ['bits'],
      answer: `(x, logits) => tf.div(tf.sum(tf.sub(tf.mul(x, logits), tf.softplus(logits)), 1), Math.log(2))`,
    },
    {
      says: 'Black and white are swapped, and it is a mean over pixels.',
      mistakes: ['swapped', 'meanOverPixels'],
      answer: `(x, logits) => tf.mean(tf.add(
        tf.mul(tf.sub(1, x), tf.logSigmoid(logits)), tf.mul(x, tf.logSigmoid(tf.neg(logits)))), 1)`,
    },
  ],
  elbo: [
    {
      says: 'The likelihood is a mean over pixels, and the divergence a mean over latents.',
      mistakes: ['meanOverPixels', 'meanOverLatents'],
      answer: `(x, logits, mean, logVariance) => {
        const likelihood = tf.mean(tf.sub(tf.mul(x, logits), tf.softplus(logits)), 1);
        const kl = tf.mul(0.5, tf.mean(tf.sub(tf.add(tf.square(mean), tf.exp(logVariance)), tf.add(1, logVariance)), 1));
        return tf.sub(likelihood, kl);
      }`,
    },
    {
      says: 'The divergence is weighted by 4, as in a beta-VAE.',
      mistakes: [],
      answer: `(x, logits, mean, logVariance) => {
        const beta = 4;
        const likelihood = tf.sum(tf.sub(tf.mul(x, logits), tf.softplus(logits)), 1);
        const kl = tf.mul(0.5, tf.sum(tf.sub(tf.add(tf.square(mean), tf.exp(logVariance)), tf.add(1, logVariance)), 1));
        return tf.sub(likelihood, tf.mul(beta, kl));
      }`,
    },
    {
      says: 'The exponential is missing: the log-variance stands where the variance belongs.',
      mistakes: ['noExponential'],
      answer: `(x, logits, mean, logVariance) => {
        const likelihood = tf.sum(tf.sub(tf.mul(x, logits), tf.softplus(logits)), 1);
        const terms = tf.sub(tf.sub(tf.add(1, logVariance), tf.square(mean)), logVariance);
        return tf.add(likelihood, tf.mul(0.5, tf.sum(terms, 1)));
      }`,
    },
  ],
  'vae-update': [
    {
      says: 'It draws noise of its own instead of using the one that it is given.',
      mistakes: [],
      measured: 'it gives different numbers at each call',
      answer: `(encoder, decoder, x, noise, model) => {
        const [ge, gd] = tf.grads((e, d) => {
          const { mean, logVariance } = model.encode(e, x);
          const z = tf.add(mean, tf.mul(tf.exp(tf.mul(0.5, logVariance)), tf.randomNormal(mean.shape)));
          return tf.mean(model.elbo(x, model.decode(d, z), mean, logVariance));
        })([encoder, decoder]);
        return { encoder: tf.add(encoder, tf.mul(0.1, ge)), decoder: tf.add(decoder, tf.mul(0.1, gd)) };
      }`,
    },
    {
      says: 'Only the decoder moves, and it moves with a learning rate of 0.01.',
      mistakes: ['smallRate', 'onlyDecoder'],
      answer: `(encoder, decoder, x, noise, model) => {
        const { mean, logVariance } = model.encode(encoder, x);
        const z = tf.add(mean, tf.mul(tf.exp(tf.mul(0.5, logVariance)), noise));
        const g = tf.grad((d) => tf.mean(model.elbo(x, model.decode(d, z), mean, logVariance)))(decoder);
        return { encoder: tf.clone(encoder), decoder: tf.add(decoder, tf.mul(0.01, g)) };
      }`,
    },
    {
      says: 'The divergence gives the encoder no gradient: its mean and log-variance come from outside the differentiated function.',
      mistakes: ['noDivergence'],
      answer: `(encoder, decoder, x, noise, model) => {
        const q = model.encode(encoder, x);
        const [ge, gd] = tf.grads((e, d) => {
          const { mean, logVariance } = model.encode(e, x);
          const z = tf.add(mean, tf.mul(tf.exp(tf.mul(0.5, logVariance)), noise));
          return tf.mean(model.elbo(x, model.decode(d, z), q.mean, q.logVariance));
        })([encoder, decoder]);
        return { encoder: tf.add(encoder, tf.mul(0.1, ge)), decoder: tf.add(decoder, tf.mul(0.1, gd)) };
      }`,
    },
  ],
  'importance-weighted-bound': [
    {
      says: 'The logarithm of the number of samples is added instead of subtracted.',
      mistakes: ['timesSize'],
      answer: `(logWeights) => tf.add(tf.logSumExp(logWeights, 0), Math.log(logWeights.shape[0]))`,
    },
    {
      says: 'It subtracts the smallest log-weight instead of the largest, so the exponentials may overflow.',
      mistakes: ['smallest'],
      answer: `(logWeights) => {
        const low = tf.min(logWeights, 0);
        return tf.add(low, tf.log(tf.mean(tf.exp(tf.sub(logWeights, low)), 0)));
      }`,
    },
    {
      says: 'It reduces the batch instead of the samples, and it sums instead of averaging.',
      mistakes: ['noMean', 'overBatch'],
      answer: `(logWeights) => tf.logSumExp(logWeights, 1)`,
    },
  ],
};
