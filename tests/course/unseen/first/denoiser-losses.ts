import type { Unseen } from '../answer.js';

export const denoiserLosses: Unseen = {
  right: [
    `(denoise, x, noise, alphaBar) => {
      const a = tf.sqrt(alphaBar), s = tf.sqrt(tf.sub(1, alphaBar));
      const xt = tf.add(tf.mul(a, x), tf.mul(s, noise));
      const error = tf.sub(denoise(xt), tf.sub(tf.mul(a, noise), tf.mul(s, x)));
      return {
        velocity: tf.mean(tf.square(error)),
        sample: tf.mean(tf.square(tf.mul(s, error))),
        noise: tf.mean(tf.square(tf.mul(a, error))),
      };
    }`,
    `(denoise, x, noise, alphaBar) => {
      const angle = tf.acos(tf.sqrt(alphaBar));
      const turn = (p, q) => tf.add(tf.mul(tf.cos(angle), p), tf.mul(tf.sin(angle), q));
      const xt = turn(x, noise), v = denoise(xt);
      const mse = (p, q) => tf.losses.meanSquaredError(p, q);
      return {
        noise: mse(noise, turn(v, xt)),
        sample: mse(x, turn(xt, tf.neg(v))),
        velocity: mse(turn(noise, tf.neg(x)), v),
      };
    }`,
    `(denoise, x, noise, alphaBar) => {
      const alpha = tf.pow(alphaBar, 0.5), sigma = tf.pow(tf.sub(1, alphaBar), 0.5);
      const xt = tf.add(tf.mul(alpha, x), tf.mul(sigma, noise));
      const v = denoise(xt);
      const x0 = tf.sub(tf.mul(alpha, xt), tf.mul(sigma, v));
      const eps = tf.div(tf.sub(xt, tf.mul(alpha, x0)), sigma);
      const error = (a, b) => tf.mean(tf.mean(tf.squaredDifference(a, b), 1));
      return { velocity: error(v, tf.sub(tf.mul(alpha, noise), tf.mul(sigma, x))), sample: error(x0, x), noise: error(eps, noise) };
    }`,
    `(denoise, x, noise, alphaBar) => {
      const noised = tf.add(tf.mul(tf.sqrt(alphaBar), x), tf.mul(tf.sqrt(tf.sub(1, alphaBar)), noise));
      const target = tf.sub(tf.mul(tf.sqrt(alphaBar), noise), tf.mul(tf.sqrt(tf.sub(1, alphaBar)), x));
      const squares = tf.square(tf.sub(target, denoise(noised)));
      const mean = (weights) => tf.div(tf.sum(tf.mul(weights, squares)), x.size);
      return { velocity: mean(1), sample: mean(tf.sub(1, alphaBar)), noise: mean(alphaBar) };
    }`,
  ],
  wrong: [
    {
      says: 'The estimate of the data takes the output for noise: (xt - sigma v) / alpha.',
      mistakes: ['sampleOfNoise'],
      answer: `(denoise, x, noise, alphaBar) => {
        const alpha = tf.sqrt(alphaBar), sigma = tf.sqrt(tf.sub(1, alphaBar));
        const xt = tf.add(tf.mul(alpha, x), tf.mul(sigma, noise));
        const v = denoise(xt);
        const x0 = tf.div(tf.sub(xt, tf.mul(sigma, v)), alpha);
        const eps = tf.add(tf.mul(sigma, xt), tf.mul(alpha, v));
        const mse = (a, b) => tf.mean(tf.square(tf.sub(a, b)));
        return { velocity: mse(v, tf.sub(tf.mul(alpha, noise), tf.mul(sigma, x))), sample: mse(x0, x), noise: mse(eps, noise) };
      }`,
    },
    {
      says: 'The errors are absolute ones, not squared.',
      mistakes: ['magnitudes'],
      answer: `(denoise, x, noise, alphaBar) => {
        const alpha = tf.sqrt(alphaBar), sigma = tf.sqrt(tf.sub(1, alphaBar));
        const xt = tf.add(tf.mul(alpha, x), tf.mul(sigma, noise));
        const v = denoise(xt);
        const x0 = tf.sub(tf.mul(alpha, xt), tf.mul(sigma, v));
        const eps = tf.add(tf.mul(sigma, xt), tf.mul(alpha, v));
        const error = (a, b) => tf.mean(tf.abs(tf.sub(a, b)));
        return { velocity: error(v, tf.sub(tf.mul(alpha, noise), tf.mul(sigma, x))), sample: error(x0, x), noise: error(eps, noise) };
      }`,
    },
    {
      says: 'alpha and sigma lack the roots, and the errors are summed over the features.',
      mistakes: ['noRoots', 'sumOverFeatures'],
      answer: `(denoise, x, noise, alphaBar) => {
        const alpha = alphaBar, sigma = tf.sub(1, alphaBar);
        const xt = tf.add(tf.mul(alpha, x), tf.mul(sigma, noise));
        const v = denoise(xt);
        const x0 = tf.sub(tf.mul(alpha, xt), tf.mul(sigma, v));
        const eps = tf.add(tf.mul(sigma, xt), tf.mul(alpha, v));
        const mse = (a, b) => tf.mean(tf.sum(tf.square(tf.sub(a, b)), 1));
        return { velocity: mse(v, tf.sub(tf.mul(alpha, noise), tf.mul(sigma, x))), sample: mse(x0, x), noise: mse(eps, noise) };
      }`,
    },
    {
      says: 'The velocity has the wrong sign, and so has the velocity in the estimate of the noise.',
      mistakes: ['targetSign', 'noiseSign'],
      answer: `(denoise, x, noise, alphaBar) => {
        const alpha = tf.sqrt(alphaBar), sigma = tf.sqrt(tf.sub(1, alphaBar));
        const xt = tf.add(tf.mul(alpha, x), tf.mul(sigma, noise));
        const v = denoise(xt);
        const x0 = tf.sub(tf.mul(alpha, xt), tf.mul(sigma, v));
        const eps = tf.sub(tf.mul(sigma, xt), tf.mul(alpha, v));
        const mse = (a, b) => tf.mean(tf.square(tf.sub(a, b)));
        return { velocity: mse(v, tf.sub(tf.mul(sigma, x), tf.mul(alpha, noise))), sample: mse(x0, x), noise: mse(eps, noise) };
      }`,
    },
    {
      says: 'The network sees the clean data instead of the noised ones.',
      mistakes: ['seesData'],
      answer: `(denoise, x, noise, alphaBar) => {
        const alpha = tf.sqrt(alphaBar), sigma = tf.sqrt(tf.sub(1, alphaBar));
        const xt = tf.add(tf.mul(alpha, x), tf.mul(sigma, noise));
        const v = denoise(x);
        const x0 = tf.sub(tf.mul(alpha, xt), tf.mul(sigma, v));
        const eps = tf.add(tf.mul(sigma, xt), tf.mul(alpha, v));
        const mse = (a, b) => tf.mean(tf.square(tf.sub(a, b)));
        return { velocity: mse(v, tf.sub(tf.mul(alpha, noise), tf.mul(sigma, x))), sample: mse(x0, x), noise: mse(eps, noise) };
      }`,
    },
  ],
};
