import * as tf from '@tensorflow/tfjs-core';
import type { Answers } from './answers.js';

type T = tf.Tensor;

export const answers: Answers = {
  right: {
    'with a square root': (m: T, l: T, e: T) => tf.tidy(() => tf.add(tf.mul(e, tf.sqrt(tf.exp(l))), m)),
    'with a power': (m: T, l: T, e: T) => tf.tidy(() => tf.add(m, tf.mul(tf.pow(tf.exp(l), 0.5), e))),
    'divided by the root of the precision': (m: T, l: T, e: T) =>
      tf.tidy(() => tf.add(m, tf.div(e, tf.exp(tf.mul(-0.5, l))))),
    'as a list of terms': (m: T, l: T, e: T) => tf.tidy(() => tf.addN([m, tf.mul(tf.exp(tf.div(l, 2)), e)])),
  },
  wrong: {
    'a root of the argument': [(m: T, l: T, e: T) => tf.add(m, tf.mul(tf.sqrt(l), e)), ['varianceGiven']],
    'the half forgotten': [(m: T, l: T, e: T) => tf.add(m, tf.mul(tf.exp(l), e)), ['byVariance']],
    'a minus in the exponent': [(m: T, l: T, e: T) => tf.add(m, tf.mul(tf.exp(tf.mul(-0.5, l)), e)), ['divided']],
    'the brackets elsewhere': [(m: T, l: T, e: T) => tf.mul(tf.add(m, e), tf.exp(tf.mul(0.5, l))), ['scaledSum']],
    'no noise at all': [(m: T) => tf.clone(m), ['onlyMean']],
    'a draw of its own': [
      (m: T, l: T) => tf.add(m, tf.mul(tf.exp(tf.mul(0.5, l)), tf.randomNormal(m.shape, 0, 1, 'float32', 7))),
      [],
    ],
  },
};
