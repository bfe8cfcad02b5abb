import type { Unseen } from '../answer.js';

export const addNoise: Unseen = {
  right: [
    `(x, noise, timesteps, alphaBars) => {
      const hot = tf.cast(tf.oneHot(timesteps, alphaBars.size), 'float32');
      const a = tf.matMul(hot, tf.reshape(alphaBars, [-1, 1]));
      return tf.add(tf.mul(tf.sqrt(a), x), tf.mul(tf.sqrt(tf.sub(1, a)), noise));
    }`,
    `(x, noise, timesteps, alphaBars) => {
      const signal = tf.gather(tf.sqrt(alphaBars), timesteps);
      const spread = tf.gather(tf.sqrt(tf.sub(1, alphaBars)), timesteps);
      return tf.transpose(tf.add(tf.mul(signal, tf.transpose(x)), tf.mul(spread, tf.transpose(noise))));
    }`,
    `(x, noise, timesteps, alphaBars) => {
      const draws = tf.unstack(noise);
      const at = timesteps.arraySync();
      return tf.stack(tf.unstack(x).map((row, i) => {
        const a = tf.slice(alphaBars, at[i], 1);
        return tf.addN([tf.mul(row, tf.pow(a, 0.5)), tf.mul(draws[i], tf.pow(tf.sub(1, a), 0.5))]);
      }));
    }`,
    `(x, noise, timesteps, alphaBars) => {
      const angle = tf.acos(tf.sqrt(tf.expandDims(tf.gather(alphaBars, timesteps), 1)));
      return tf.add(tf.mul(tf.sin(angle), noise), tf.mul(tf.cos(angle), x));
    }`,
  ],
  wrong: [
    {
      says: 'The factors are [batch] and not [batch, 1], so they do not fit the examples.',
      mistakes: [],
      measured: 'could not be broadcast together',
      answer: `(x, noise, timesteps, alphaBars) => {
        const a = tf.gather(alphaBars, timesteps);
        return tf.add(tf.mul(tf.sqrt(a), x), tf.mul(tf.sqrt(tf.sub(1, a)), noise));
      }`,
    },
    {
      says: 'It goes on a straight line in the timestep, and does not use the table.',
      mistakes: [],
      measured: 'it does not depend on `alphaBars`',
      answer: `(x, noise, timesteps, alphaBars) => {
        const t = tf.expandDims(tf.div(timesteps, alphaBars.size), 1);
        return tf.add(tf.mul(tf.sub(1, t), x), tf.mul(t, noise));
      }`,
    },
    {
      says: 'The product is taken a second time, of a table that has products already, and the noise has the variance as its factor, not the root.',
      mistakes: ['noRootOfNoise', 'product'],
      answer: `(x, noise, timesteps, alphaBars) => {
        const a = tf.expandDims(tf.gather(tf.cumprod(alphaBars), timesteps), 1);
        return tf.add(tf.mul(tf.sqrt(a), x), tf.mul(tf.sub(1, a), noise));
      }`,
    },
    {
      says: "The noise's factor is 1 minus the data's factor, not the root of the rest of the variance.",
      mistakes: ['complement'],
      answer: `(x, noise, timesteps, alphaBars) => {
        const a = tf.sqrt(tf.expandDims(tf.gather(alphaBars, timesteps), 1));
        return tf.add(tf.mul(a, x), tf.mul(tf.sub(1, a), noise));
      }`,
    },
    {
      says: 'All examples are noised at the timestep of the first one.',
      mistakes: ['oneTimestep'],
      answer: `(x, noise, timesteps, alphaBars) => {
        const a = alphaBars.arraySync()[timesteps.arraySync()[0]];
        return tf.add(tf.mul(Math.sqrt(a), x), tf.mul(Math.sqrt(1 - a), noise));
      }`,
    },
  ],
};
