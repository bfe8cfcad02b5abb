import * as tf from '@tensorflow/tfjs-core';
import { tidied, type Answers } from './answers.js';

type T = tf.Tensor;
type Network = (input: T, time: T) => T;

/** The denoiser with other factors. */
const denoiser =
  (
    change: (factors: {
      skip: T;
      out: T;
      into: T;
      time: T;
      sigma: T;
      x: T;
    }) => Partial<Record<'skip' | 'out' | 'into' | 'time', T>>,
    data = 0.5,
  ) =>
  (network: Network, x: T, sigma: T): T => {
    const variance = tf.add(tf.square(sigma), data * data);
    const all = {
      skip: tf.div(data * data, variance),
      out: tf.div(tf.mul(sigma, data), tf.sqrt(variance)),
      into: tf.rsqrt(variance),
      time: tf.mul(0.25, tf.log(sigma)),
    };
    const { skip, out, into, time } = { ...all, ...change({ ...all, sigma, x }) };
    return tf.add(tf.mul(skip, x), tf.mul(out, network(tf.mul(into, x), time)));
  };

export const answers: Answers = tidied({
  right: {
    'with rsqrt': denoiser(() => ({})),
    'with powers': (network: Network, x: T, sigma: T) => {
      const v = tf.add(tf.pow(sigma, 2), 0.25);
      const f = network(tf.mul(x, tf.pow(v, -0.5)), tf.log(tf.pow(sigma, 0.25)));
      return tf.add(tf.div(x, tf.mul(4, v)), tf.mul(tf.mul(tf.mul(0.5, sigma), tf.pow(v, -0.5)), f));
    },
    'with the noise to data ratio': (network: Network, x: T, sigma: T) => {
      const r = tf.mul(2, sigma);
      const root = tf.sqrt(tf.add(1, tf.square(r)));
      const f = network(tf.div(tf.mul(2, x), root), tf.div(tf.log(sigma), 4));
      return tf.add(tf.div(x, tf.square(root)), tf.mul(tf.div(sigma, root), f));
    },
    'on one denominator': (network: Network, x: T, sigma: T) => {
      const d = tf.sqrt(tf.addN([tf.square(sigma), tf.fill(sigma.shape, 0.25)]));
      const f = network(tf.div(x, d), tf.mul(tf.log(sigma), 0.25));
      return tf.div(tf.add(tf.mul(0.25, x), tf.mul(tf.mul(tf.mul(sigma, 0.5), d), f)), tf.square(d));
    },
    'example by example': (network: Network, x: T, sigma: T) => {
      const variance = tf.add(tf.mul(sigma, sigma), tf.scalar(0.25));
      const f = network(tf.div(x, tf.sqrt(variance)), tf.mul(tf.scalar(0.25), tf.log(sigma)));
      const rows = tf.unstack(x).map((row, i) => {
        const [v, s] = [tf.gather(variance, i), tf.gather(sigma, i)];
        return tf.add(tf.mul(tf.div(0.25, v), row), tf.mul(tf.div(tf.mul(0.5, s), tf.sqrt(v)), tf.gather(f, i)));
      });
      return tf.stack(rows);
    },
  },
  wrong: {
    'no skip': [denoiser(({ x }) => ({ skip: tf.zerosLike(x) })), ['noSkip']],
    'sigma as the time': [denoiser(({ sigma }) => ({ time: sigma })), ['noLogarithm']],
    'the whole logarithm': [denoiser(({ time }) => ({ time: tf.mul(4, time) })), ['wholeLogarithm']],
    'an input that is not scaled': [denoiser(({ x }) => ({ into: tf.onesLike(x) })), ['noIn']],
    'an output that is not scaled': [denoiser(({ x }) => ({ out: tf.onesLike(x) })), ['noOut']],
    'data of deviation 1': [denoiser(() => ({}), 1), ['dataOne']],
    'data of variance 0.5': [denoiser(() => ({}), Math.SQRT1_2), ['dataVariance']],
    'a skip for noise': [denoiser(({ skip }) => ({ skip: tf.sub(1, skip) })), ['skipOfNoise']],
    'minus the network': [denoiser(({ out }) => ({ out: tf.neg(out) })), ['outMinus']],
    'x alone in full, and sigma as the time': [
      denoiser(({ x, sigma }) => ({ skip: tf.onesLike(x), time: sigma })),
      ['fullSkip', 'noLogarithm'],
    ],
  },
});
