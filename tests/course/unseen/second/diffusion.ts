import type { Wrong } from '../answer.js';

export const diffusion: Readonly<Record<string, readonly Wrong[]>> = {
  'add-noise': [
    {
      says: 'Both roots are missing.',
      mistakes: ['noRoots'],
      answer: `(x, noise, timesteps, alphaBars) => {
        const a = tf.reshape(tf.gather(alphaBars, timesteps), [-1, 1]);
        return tf.add(tf.mul(a, x), tf.mul(tf.sub(1, a), noise));
      }`,
    },
    {
      says: 'The noise has no factor: the variance grows instead of being kept.',
      mistakes: ['noiseNotScaled'],
      answer: `(x, noise, timesteps, alphaBars) => {
        const a = tf.reshape(tf.gather(alphaBars, timesteps), [-1, 1]);
        return tf.add(tf.mul(tf.sqrt(a), x), noise);
      }`,
    },
    {
      says: 'It uses the timestep before, and the factors of data and noise are swapped.',
      mistakes: ['swapped', 'stepBefore'],
      answer: `(x, noise, timesteps, alphaBars) => {
        const before = tf.maximum(tf.sub(timesteps, tf.scalar(1, 'int32')), tf.scalar(0, 'int32'));
        const a = tf.reshape(tf.gather(alphaBars, before), [-1, 1]);
        return tf.add(tf.mul(tf.sqrt(tf.sub(1, a)), x), tf.mul(tf.sqrt(a), noise));
      }`,
    },
  ],
  'denoiser-losses': [
    {
      says: 'It returns roots of the mean squared errors.',
      mistakes: ['noRootOfMean'],
      answer: `(denoise, x, noise, alphaBar) => {
        const a = tf.sqrt(alphaBar), s = tf.sqrt(tf.sub(1, alphaBar));
        const xt = tf.add(tf.mul(a, x), tf.mul(s, noise));
        const v = denoise(xt);
        const rmse = (p, q) => tf.sqrt(tf.mean(tf.square(tf.sub(p, q))));
        return {
          velocity: rmse(v, tf.sub(tf.mul(a, noise), tf.mul(s, x))),
          sample: rmse(tf.sub(tf.mul(a, xt), tf.mul(s, v)), x),
          noise: rmse(tf.add(tf.mul(s, xt), tf.mul(a, v)), noise),
        };
      }`,
    },
    {
      says: 'The velocity is that of a straight line, noise minus data.',
      mistakes: ['targetLine'],
      answer: `(denoise, x, noise, alphaBar) => {
        const a = tf.sqrt(alphaBar), s = tf.sqrt(tf.sub(1, alphaBar));
        const xt = tf.add(tf.mul(a, x), tf.mul(s, noise));
        const v = denoise(xt);
        const mse = (p, q) => tf.mean(tf.square(tf.sub(p, q)));
        return {
          velocity: mse(v, tf.sub(noise, x)),
          sample: mse(tf.sub(tf.mul(a, xt), tf.mul(s, v)), x),
          noise: mse(tf.add(tf.mul(s, xt), tf.mul(a, v)), noise),
        };
      }`,
    },
    {
      says: 'The losses of the data and of the noise are swapped, and there is one for each example instead of a mean over all.',
      mistakes: ['sampleForNoise'],
      measured: 'has one number per example, and must be their mean',
      answer: `(denoise, x, noise, alphaBar) => {
        const a = tf.sqrt(alphaBar), s = tf.sqrt(tf.sub(1, alphaBar));
        const xt = tf.add(tf.mul(a, x), tf.mul(s, noise));
        const v = denoise(xt);
        const mse = (p, q) => tf.mean(tf.square(tf.sub(p, q)), 1);
        return {
          velocity: mse(v, tf.sub(tf.mul(a, noise), tf.mul(s, x))),
          noise: mse(tf.sub(tf.mul(a, xt), tf.mul(s, v)), x),
          sample: mse(tf.add(tf.mul(s, xt), tf.mul(a, v)), noise),
        };
      }`,
    },
  ],
  'ddim-sample': [
    {
      says: 'Fresh noise takes the place of the predicted one on the way to the next timestep.',
      mistakes: [],
      measured: 'it gives different numbers at each call',
      answer: `(predictNoise, xT, alphaBars) => {
        const a = alphaBars.arraySync();
        let x = xT;
        for (let t = a.length - 1; t >= 0; t--) {
          const next = t > 0 ? a[t - 1] : 1;
          const x0 = tf.div(tf.sub(x, tf.mul(Math.sqrt(1 - a[t]), predictNoise(x, t))), Math.sqrt(a[t]));
          x = tf.add(tf.mul(Math.sqrt(next), x0), tf.mul(Math.sqrt(1 - next), tf.randomNormal(x.shape)));
        }
        return x;
      }`,
    },
    {
      says: 'It visits every second timestep only.',
      mistakes: ['everySecond'],
      answer: `(predictNoise, xT, alphaBars) => {
        const a = alphaBars.arraySync();
        let x = xT;
        for (let t = a.length - 1; t >= 0; t -= 2) {
          const next = t >= 2 ? a[t - 2] : 1;
          const eps = predictNoise(x, t);
          const x0 = tf.div(tf.sub(x, tf.mul(Math.sqrt(1 - a[t]), eps)), Math.sqrt(a[t]));
          x = tf.add(tf.mul(Math.sqrt(next), x0), tf.mul(Math.sqrt(1 - next), eps));
        }
        return x;
      }`,
    },
    {
      says: 'The network gets the timesteps in reverse, and the estimate of the data is not divided by the root of alphaBar.',
      mistakes: ['reversedTimesteps', 'noDivision'],
      answer: `(predictNoise, xT, alphaBars) => {
        const a = alphaBars.arraySync();
        let x = xT;
        for (let t = a.length - 1; t >= 0; t--) {
          const next = t > 0 ? a[t - 1] : 1;
          const eps = predictNoise(x, a.length - 1 - t);
          const x0 = tf.sub(x, tf.mul(Math.sqrt(1 - a[t]), eps));
          x = tf.add(tf.mul(Math.sqrt(next), x0), tf.mul(Math.sqrt(1 - next), eps));
        }
        return x;
      }`,
    },
  ],
};
