import * as tf from '@tensorflow/tfjs-core';
import { tidied, type Answers } from './answers.js';

type T = tf.Tensor;
type Table = { alphaBar: T; beta: T };

const angle = (times: T, s: T): T => tf.mul(tf.div(tf.add(times, s), tf.add(1, s)), Math.PI / 2);
const f = (times: T, s: T): T => tf.square(tf.cos(angle(times, s)));
const bar = (times: T, s: T): T => tf.div(f(times, s), tf.slice(f(times, s), 0, 1));
const betas = (alphaBar: T, limit = 0.999): T => {
  const steps = alphaBar.size - 1;
  return tf.minimum(tf.sub(1, tf.div(tf.slice(alphaBar, 1, steps), tf.slice(alphaBar, 0, steps))), limit);
};
const table = (alphaBar: T): Table => ({ alphaBar, beta: betas(alphaBar) });

export const answers: Answers = tidied({
  right: {
    'with f of the time 0': (times: T, s: T) => table(tf.div(f(times, s), f(tf.scalar(0), s))),
    'with half angles': (times: T, s: T) => {
      const half = tf.div(tf.add(1, tf.cos(tf.mul(2, angle(times, s)))), 2);
      return table(tf.div(half, tf.gather(half, 0)));
    },
    'with clipByValue': (times: T, s: T) => {
      const alphaBar = bar(times, s);
      const [before, after] = [tf.slice(alphaBar, [0], [times.size - 1]), tf.slice(alphaBar, [1])];
      return { alphaBar, beta: tf.clipByValue(tf.div(tf.sub(before, after), before), 0, 0.999) };
    },
    'step by step': (times: T, s: T) => {
      const values = tf.unstack(bar(times, s));
      const beta = values.slice(1).map((value, i) => tf.minimum(0.999, tf.sub(1, tf.div(value, values[i]!))));
      return { alphaBar: tf.stack(values), beta: tf.stack(beta) };
    },
    'with a sine': (times: T, s: T) => {
      const squares = tf.square(tf.sin(tf.sub(Math.PI / 2, angle(times, s))));
      return table(tf.div(squares, tf.slice(squares, 0, 1)));
    },
  },
  wrong: {
    'not divided by f(0)': [(times: T, s: T) => table(f(times, s)), ['notNormalised']],
    'no offset': [(times: T) => table(f(times, tf.scalar(0))), ['noOffset']],
    'no limit': [(times: T, s: T) => ({ alphaBar: bar(times, s), beta: betas(bar(times, s), 10) }), ['notClipped']],
    'no square': [(times: T, s: T) => table(tf.sqrt(bar(times, s))), ['noSquare']],
    differences: [
      (times: T, s: T) => {
        const alphaBar = bar(times, s);
        return { alphaBar, beta: tf.sub(tf.slice(alphaBar, 0, times.size - 1), tf.slice(alphaBar, 1)) };
      },
      ['betaDifference'],
    ],
    'a quotient': [
      (times: T, s: T) => {
        const alphaBar = bar(times, s);
        return { alphaBar, beta: tf.div(tf.slice(alphaBar, 1), tf.slice(alphaBar, 0, times.size - 1)) };
      },
      ['betaQuotient'],
    ],
    'a limit of 0.99': [
      (times: T, s: T) => ({ alphaBar: bar(times, s), beta: betas(bar(times, s), 0.99) }),
      ['clippedLow'],
    ],
    'the complement': [
      (times: T, s: T) => ({ alphaBar: tf.sub(1, bar(times, s)), beta: betas(bar(times, s)) }),
      ['complement'],
    ],
    'a straight line': [(times: T) => table(tf.sub(1, times)), ['linear']],
    'no division, and no limit': [
      (times: T, s: T) => ({ alphaBar: f(times, s), beta: betas(f(times, s), 10) }),
      ['notNormalised', 'notClipped'],
    ],
  },
});
