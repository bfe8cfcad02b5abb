import * as tf from '@tensorflow/tfjs-core';
import { tidied, type Answers } from './answers.js';

type T = tf.Tensor;
type Noise = (x: T, t: number) => T;

const sigma = (level: T): T => tf.sqrt(tf.sub(1, level));
const dataOf = (x: T, e: T, level: T): T => tf.div(tf.sub(x, tf.mul(sigma(level), e)), tf.sqrt(level));
const noised = (data: T, e: T, level: T): T => tf.add(tf.mul(tf.sqrt(level), data), tf.mul(sigma(level), e));
/** Goes up the table; each step may be another one. */
const up =
  (step: (x: T, e: T, from: T, to: T) => T, time: (t: number, last: number) => number = (t) => t, less = 0) =>
  (predict: Noise, x: T, table: T): T => {
    const levels = tf.unstack(table);
    let at = x;
    for (let t = 0; t < levels.length - 1 - less; t++)
      at = step(at, predict(at, time(t, levels.length - 1)), levels[t]!, levels[t + 1]!);
    return at;
  };
const right = (x: T, e: T, from: T, to: T): T => noised(dataOf(x, e, from), e, to);

export const answers: Answers = tidied({
  right: {
    'with two functions': up(right),
    'by two factors': up((x, e, from, to) => {
      const ratio = tf.sqrt(tf.div(to, from));
      return tf.add(tf.mul(ratio, x), tf.mul(tf.sub(sigma(to), tf.mul(ratio, sigma(from))), e));
    }),
    recursively: (predict: Noise, x: T, table: T) => {
      const go = (at: T, t: number): T => {
        if (t === table.size - 1) return at;
        const e = predict(at, t);
        return go(right(at, e, tf.gather(table, t), tf.gather(table, t + 1)), t + 1);
      };
      return go(x, 0);
    },
    'in scaled coordinates': up((x, e, from, to) => {
      const level = (bar: T): T => tf.sqrt(tf.div(tf.sub(1, bar), bar));
      const scaled = tf.add(tf.div(x, tf.sqrt(from)), tf.mul(tf.sub(level(to), level(from)), e));
      return tf.mul(scaled, tf.sqrt(to));
    }),
    'with a fold over slices': (predict: Noise, x: T, table: T) =>
      Array.from({ length: table.size - 1 }, (_, t) => t).reduce((at: T, t) => {
        const e = predict(at, t);
        return right(at, e, tf.slice(table, [t], [1]), tf.slice(table, [t + 1], [1]));
      }, x),
  },
  wrong: {
    'one step too few': [up(right, undefined, 1), ['oneLess']],
    'the next time': [up(right, (t) => t + 1), ['nextTime']],
    'no noise again': [up((x, e, from, to) => tf.mul(tf.sqrt(to), dataOf(x, e, from))), ['noDirection']],
    'not divided': [up((x, e, from, to) => noised(tf.sub(x, tf.mul(sigma(from), e)), e, to)), ['noDivision']],
    'x as the estimate': [up((x, e, _, to) => noised(x, e, to)), ['noEstimate']],
    'the noise added in the estimate': [
      up((x, e, from, to) => noised(dataOf(x, tf.neg(e), from), e, to)),
      ['plusInEstimate'],
    ],
    'minus the noise': [up((x, e, from, to) => noised(dataOf(x, e, from), tf.neg(e), to)), ['minusDirection']],
    'always the last time': [up(right, (_, last) => last), ['lastTime']],
    'the walk of sampling': [
      (predict: Noise, x: T, table: T) => {
        const levels = tf.unstack(table);
        let at = x;
        for (let t = levels.length - 1; t > 0; t--) at = right(at, predict(at, t), levels[t]!, levels[t - 1]!);
        return at;
      },
      ['backwards'],
    ],
    'the next time, and one step too few': [up(right, (t) => t + 1, 1), ['oneLess', 'nextTime']],
  },
});
