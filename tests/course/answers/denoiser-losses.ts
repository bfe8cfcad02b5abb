import * as tf from '@tensorflow/tfjs-core';
import type { Answers } from './answers.js';

type T = tf.Tensor;
type Denoiser = (xt: T) => T;

const scales = (bar: T): [T, T] => [tf.sqrt(bar), tf.sqrt(tf.sub(1, bar))];
const mix = (a: T, x: T, b: T, y: T): T => tf.add(tf.mul(a, x), tf.mul(b, y));
const error = (a: T, b: T): T => tf.mean(tf.squaredDifference(a, b));

const noised: (xt: T, x: T) => T = (xt) => xt;

/** The losses, with parts of one's own. */
const lossesWith =
  ({
    sees = noised,
    target = (alpha: T, sigma: T, x: T, e: T): T => mix(alpha, e, tf.neg(sigma), x),
    sampleSign = -1,
    loss = error,
    roots = scales,
  } = {}) =>
  (denoise: Denoiser, x: T, e: T, bar: T) =>
    tf.tidy(() => {
      const [alpha, sigma] = roots(bar);
      const xt = mix(alpha, x, sigma, e);
      const v = denoise(sees(xt, x));
      return {
        velocity: loss(v, target(alpha, sigma, x, e)),
        sample: loss(mix(alpha, xt, tf.mul(sampleSign, sigma), v), x),
        noise: loss(mix(sigma, xt, alpha, v), e),
      };
    });

export const answers: Answers = {
  right: {
    'the noise from the data': (denoise: Denoiser, x: T, e: T, bar: T) =>
      tf.tidy(() => {
        const [alpha, sigma] = scales(bar);
        const xt = mix(alpha, x, sigma, e);
        const v = denoise(xt);
        const sample = tf.sub(tf.mul(alpha, xt), tf.mul(sigma, v));
        const noise = tf.div(tf.sub(xt, tf.mul(alpha, sample)), sigma);
        return {
          velocity: error(v, mix(alpha, e, tf.neg(sigma), x)),
          sample: error(sample, x),
          noise: error(noise, e),
        };
      }),
    'the velocity from noised data': (denoise: Denoiser, x: T, e: T, bar: T) =>
      tf.tidy(() => {
        const [alpha, sigma] = scales(bar);
        const xt = mix(alpha, x, sigma, e);
        const v = denoise(xt);
        const target = tf.div(tf.sub(tf.mul(alpha, xt), x), sigma);
        return {
          noise: error(mix(sigma, xt, alpha, v), e),
          sample: error(mix(alpha, xt, tf.neg(sigma), v), x),
          velocity: error(v, target),
        };
      }),
    'errors scaled by alpha and sigma': (denoise: Denoiser, x: T, e: T, bar: T) =>
      tf.tidy(() => {
        const [alpha, sigma] = scales(bar);
        const off = tf.sub(denoise(mix(alpha, x, sigma, e)), mix(alpha, e, tf.neg(sigma), x));
        const squared = (scale: T | number): T => tf.mean(tf.square(tf.mul(scale, off)));
        return { velocity: squared(1), sample: squared(sigma), noise: squared(alpha) };
      }),
  },
  wrong: {
    'the clean data for the network': [lossesWith({ sees: (_, x) => x }), ['seesData']],
    'the target turned around': [
      lossesWith({ target: (alpha, sigma, x, e) => mix(sigma, x, tf.neg(alpha), e) }),
      ['targetSign'],
    ],
    'a plus in the data': [lossesWith({ sampleSign: 1 }), ['sampleSign']],
    magnitudes: [lossesWith({ loss: (a, b) => tf.mean(tf.abs(tf.sub(a, b))) }), ['magnitudes']],
    'sums over features, without roots': [
      lossesWith({
        loss: (a, b) => tf.mean(tf.sum(tf.squaredDifference(a, b), 1)),
        roots: (bar) => [bar, tf.sub(1, bar)],
      }),
      ['noRoots', 'sumOverFeatures'],
    ],
    'half of each': [lossesWith({ loss: (a, b) => tf.mul(0.5, error(a, b)) }), []],
  },
};
