import * as tf from '@tensorflow/tfjs-core';
import { tidied, type Answers } from './answers.js';

type T = tf.Tensor;
type Normed = { weights: T; u: T };

const unit = (x: T): T => tf.div(x, tf.norm(x));
const back = (w: T, u: T): T => tf.sum(tf.mul(w, tf.expandDims(u, 1)), 0);
const forth = (w: T, v: T): T => tf.sum(tf.mul(w, v), 1);

/** The parts of the power method, put together in another way. */
const method =
  (end: (parts: { w: T; u: T; v: T; through: T; next: T; sigma: T }) => Normed) =>
  (w: T, u: T): Normed => {
    const v = unit(back(w, u));
    const through = forth(w, v);
    const next = unit(through);
    return end({ w, u, v, through, next, sigma: tf.sum(tf.mul(next, through)) });
  };

export const answers: Answers = tidied({
  right: {
    'with sums': method(({ w, next, sigma }) => ({ weights: tf.div(w, sigma), u: next })),
    'with the length as the norm': method(({ w, next, through }) => ({
      weights: tf.div(w, tf.norm(through)),
      u: next,
    })),
    'with dot': (w: T, u: T) => {
      const v = unit(tf.dot(tf.transpose(w), u));
      const next = unit(tf.dot(w, v));
      return { weights: tf.div(w, tf.dot(next, tf.dot(w, v))), u: next };
    },
    'with rows': (w: T, u: T) => {
      const v = unit(tf.matMul(tf.expandDims(u, 0), w));
      const through = tf.matMul(v, w, false, true);
      const next = unit(through);
      return {
        weights: tf.div(w, tf.reshape(tf.matMul(through, next, false, true), [])),
        u: tf.reshape(next, u.shape),
      };
    },
    'with square roots': (w: T, u: T) => {
      const length = (x: T): T => tf.sqrt(tf.sum(tf.square(x)));
      const v = back(w, u);
      const through = forth(w, tf.div(v, length(v)));
      return { u: tf.div(through, length(through)), weights: tf.mul(w, tf.reciprocal(length(through))) };
    },
  },
  wrong: {
    'not divided': [method(({ w, next }) => ({ weights: tf.clone(w), u: next })), ['noDivision']],
    multiplied: [method(({ w, next, sigma }) => ({ weights: tf.mul(w, sigma), u: next })), ['timesNorm']],
    'the norm of all entries': [method(({ w, next }) => ({ weights: tf.div(w, tf.norm(w)), u: next })), ['frobenius']],
    'the old u': [method(({ w, u, sigma }) => ({ weights: tf.div(w, sigma), u: tf.clone(u) })), ['uNotNew']],
    'the norm with the old u': [
      method(({ w, u, next, through }) => ({ weights: tf.div(w, tf.sum(tf.mul(u, through))), u: next })),
      ['oldU'],
    ],
    'the square of the norm': [
      method(({ w, next, sigma }) => ({ weights: tf.div(w, tf.square(sigma)), u: next })),
      ['squaredNorm'],
    ],
    'not divided, and the old u': [
      method(({ w, u }) => ({ weights: tf.clone(w), u: tf.clone(u) })),
      ['noDivision', 'uNotNew'],
    ],
    'v not at length 1': [
      (w: T, u: T) => {
        const through = forth(w, back(w, u));
        const next = unit(through);
        return { weights: tf.div(w, tf.sum(tf.mul(next, through))), u: next };
      },
      ['vNotNormalised'],
    ],
    'row by row': [method(({ w, next }) => ({ weights: tf.div(w, tf.norm(w, 2, 1, true)), u: next })), ['rows']],
    'the largest entry': [
      method(({ w, next }) => ({ weights: tf.div(w, tf.max(tf.abs(w))), u: next })),
      ['largestEntry'],
    ],
  },
});
