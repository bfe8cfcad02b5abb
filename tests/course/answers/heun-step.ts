import * as tf from '@tensorflow/tfjs-core';
import { tidied, type Answers } from './answers.js';

type T = tf.Tensor;
type Denoise = (x: T, sigma: number) => T;

const slope = (denoise: Denoise, x: T, sigma: number, by = sigma): T => tf.div(tf.sub(x, denoise(x, sigma)), by);
const go = (x: T, by: number, d: T): T => tf.add(x, tf.mul(by, d));

export const answers: Answers = tidied({
  right: {
    'with the mean of two ends': (denoise: Denoise, x: T, from: number, to: number) => {
      const d = slope(denoise, x, from);
      const end = go(x, to - from, d);
      const twice = go(x, to - from, slope(denoise, end, to));
      return { step: tf.div(tf.add(end, twice), 2), last: go(x, -from, d) };
    },
    'with the estimate as the last': (denoise: Denoise, x: T, from: number, to: number) => {
      const data = denoise(x, from);
      const d = tf.div(tf.sub(x, data), from);
      const e = slope(denoise, go(x, to - from, d), to);
      return { step: go(x, to - from, tf.mul(0.5, tf.add(d, e))), last: data };
    },
    'with a shared function': (denoise: Denoise, x: T, from: number, to: number) => {
      const step = (end: number): T => {
        const d = slope(denoise, x, from);
        const euler = go(x, end - from, d);
        if (end === 0) return euler;
        return go(x, (end - from) / 2, tf.add(d, slope(denoise, euler, end)));
      };
      return { step: step(to), last: step(0) };
    },
    'with a mean of a stack': (denoise: Denoise, x: T, from: number, to: number) => {
      const d = slope(denoise, x, from);
      const both = tf.stack([d, slope(denoise, go(x, to - from, d), to)]);
      return { step: go(x, to - from, tf.mean(both, 0)), last: go(x, 0 - from, d) };
    },
    'with the correction apart': (denoise: Denoise, x: T, from: number, to: number) => {
      const d = slope(denoise, x, from);
      const end = go(x, to - from, d);
      const correction = tf.mul((to - from) * 0.5, tf.sub(slope(denoise, end, to), d));
      return { step: tf.add(end, correction), last: tf.sub(x, tf.mul(d, from)) };
    },
  },
  wrong: {
    euler: [
      (denoise: Denoise, x: T, from: number, to: number) => {
        const d = slope(denoise, x, from);
        return { step: go(x, to - from, d), last: go(x, -from, d) };
      },
      ['euler'],
    ],
    ...Object.fromEntries(
      (
        [
          ['the second slope alone', 'secondOnly', (x: T, h: number, _: T, e: T) => go(x, h, e)],
          ['the sum', 'sum', (x: T, h: number, d: T, e: T) => go(x, h, tf.add(d, e))],
          [
            'from the end of Euler’s step',
            'fromEuler',
            (x: T, h: number, d: T, e: T) => go(go(x, h, d), h / 2, tf.add(d, e)),
          ],
        ] as const
      ).map(([says, name, end]) => [
        says,
        [
          (denoise: Denoise, x: T, from: number, to: number) => {
            const d = slope(denoise, x, from);
            const e = slope(denoise, go(x, to - from, d), to);
            return { step: end(x, to - from, d, e), last: go(x, -from, d) };
          },
          [name],
        ] as const,
      ]),
    ),
    'the old level': [
      (denoise: Denoise, x: T, from: number, to: number) => {
        const d = slope(denoise, x, from);
        const e = slope(denoise, go(x, to - from, d), from);
        return { step: go(x, (to - from) / 2, tf.add(d, e)), last: go(x, -from, d) };
      },
      ['sameLevel'],
    ],
    'divided by the old level': [
      (denoise: Denoise, x: T, from: number, to: number) => {
        const d = slope(denoise, x, from);
        const e = slope(denoise, go(x, to - from, d), to, from);
        return { step: go(x, (to - from) / 2, tf.add(d, e)), last: go(x, -from, d) };
      },
      ['dividedByOld'],
    ],
    'to more noise': [
      (denoise: Denoise, x: T, from: number, to: number) => {
        const d = slope(denoise, x, from);
        const e = slope(denoise, go(x, from - to, d), to);
        return { step: go(x, (from - to) / 2, tf.add(d, e)), last: go(x, from, d) };
      },
      ['signs'],
    ],
    'not divided': [
      (denoise: Denoise, x: T, from: number, to: number) => {
        const d = slope(denoise, x, from, 1);
        const e = slope(denoise, go(x, to - from, d), to, 1);
        return { step: go(x, (to - from) / 2, tf.add(d, e)), last: go(x, -from, d) };
      },
      ['notDivided'],
    ],
    'the midpoint': [
      (denoise: Denoise, x: T, from: number, to: number) => {
        const d = slope(denoise, x, from);
        const e = slope(denoise, go(x, (to - from) / 2, d), (from + to) / 2);
        return { step: go(x, to - from, e), last: go(x, -from, d) };
      },
      ['halfway'],
    ],
    'Euler, not divided': [
      (denoise: Denoise, x: T, from: number, to: number) => {
        const d = slope(denoise, x, from, 1);
        return { step: go(x, to - from, d), last: go(x, -from, d) };
      },
      ['euler', 'notDivided'],
    ],
  },
});
