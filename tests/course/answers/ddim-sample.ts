import * as tf from '@tensorflow/tfjs-core';
import type { Answers } from './answers.js';

type T = tf.Tensor;
type Go = (data: T, noise: T, to: T, from: T) => T;
type PredictNoise = (x: T, timestep: number) => T;

const at = (bars: T, t: number): T => (t < 0 ? tf.scalar(1) : tf.squeeze(tf.slice(bars, t, 1)));

const onward: Go = (data, noise, to) => tf.add(tf.mul(tf.sqrt(to), data), tf.mul(tf.sqrt(tf.sub(1, to)), noise));

/** The walk from the last timestep, with a step and timesteps of one's own. */
const walkWith =
  ({
    estimate = (x: T, noise: T, bar: T): T => tf.div(tf.sub(x, tf.mul(tf.sqrt(tf.sub(1, bar)), noise)), tf.sqrt(bar)),
    go = onward,
    told = (t: number): number => t,
    end = 0,
  } = {}) =>
  (predictNoise: PredictNoise, xT: T, bars: T) =>
    tf.tidy(() => {
      let x = xT;
      for (let t = bars.size - 1; t >= end; t--) {
        const noise = predictNoise(x, told(t));
        x = go(estimate(x, noise, at(bars, t)), noise, at(bars, t - 1), at(bars, t));
      }
      return x;
    });

export const answers: Answers = {
  right: {
    'by a ratio of noise to data': (predictNoise: PredictNoise, xT: T, bars: T) =>
      tf.tidy(() => {
        // in units of the data a step is one of Euler's method in sigma / alpha
        const ratio = (bar: T): T => tf.sqrt(tf.div(tf.sub(1, bar), bar));
        const scaled = (x: T, t: number): T => tf.div(x, tf.sqrt(at(bars, t)));
        let x = xT;
        for (let t = bars.size - 1; t >= 0; t--) {
          const change = tf.mul(tf.sub(ratio(at(bars, t - 1)), ratio(at(bars, t))), predictNoise(x, t));
          x = tf.mul(tf.add(scaled(x, t), change), tf.sqrt(at(bars, t - 1)));
        }
        return x;
      }),
    'by recursion': (predictNoise: PredictNoise, xT: T, bars: T) => {
      const table = [1, ...Array.from(bars.dataSync<'float32'>())];
      const from = (x: T, t: number): T => {
        if (t < 0) return x;
        const [to, bar] = [table[t]!, table[t + 1]!];
        const noise = predictNoise(x, t);
        const data = tf.div(tf.sub(x, tf.mul(Math.sqrt(1 - bar), noise)), Math.sqrt(bar));
        return from(tf.add(tf.mul(Math.sqrt(to), data), tf.mul(Math.sqrt(1 - to), noise)), t - 1);
      };
      return tf.tidy(() => from(xT, table.length - 2));
    },
    'the last step apart': (predictNoise: PredictNoise, xT: T, bars: T) =>
      tf.tidy(() => {
        const x = walkWith({ end: 1 })(predictNoise, xT, bars);
        const bar = at(bars, 0);
        return tf.div(tf.sub(x, tf.mul(tf.sqrt(tf.sub(1, bar)), predictNoise(x, 0))), tf.sqrt(bar));
      }),
  },
  wrong: {
    'one step short': [walkWith({ end: 1 }), ['stopsEarly']],
    'counted from one': [walkWith({ told: (t) => t - 1 }), ['timestepAfter']],
    'the old level of noise': [
      walkWith({
        go: (data, noise, to, from) => tf.add(tf.mul(tf.sqrt(to), data), tf.mul(tf.sqrt(tf.sub(1, from)), noise)),
      }),
      ['oldLevel'],
    ],
    'only the estimate': [walkWith({ go: (data, _, to) => tf.mul(tf.sqrt(to), data) }), ['noDirection']],
    'a sign, and no division': [
      walkWith({ estimate: (x, noise, bar) => tf.add(x, tf.mul(tf.sqrt(tf.sub(1, bar)), noise)) }),
      ['noDivision', 'plusNoise'],
    ],
    'every second timestep': [walkWith({ told: (t) => 2 * Math.floor(t / 2) }), []],
  },
};
