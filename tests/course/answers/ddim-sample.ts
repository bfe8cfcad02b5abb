import * as tf from '@tensorflow/tfjs-core';
import type { Answers } from './answers.js';

type T = tf.Tensor;
type Noise = (x: T, t: number) => T;

/** One step by two factors: x goes to `ofX` x + `ofNoise` noise. */
function walk(
  predict: Noise,
  start: T,
  table: T,
  factors: (from: T, to: T) => readonly [ofX: T, ofNoise: T],
  end = 0,
): T {
  const levels = [tf.scalar(1), ...tf.unstack(table)];
  let x = start;
  for (let t = levels.length - 2; t >= end; t--) {
    const [ofX, ofNoise] = factors(levels[t + 1]!, levels[t]!);
    x = tf.add(tf.mul(ofX, x), tf.mul(ofNoise, predict(x, t)));
  }
  return x;
}

const sigma = (level: T): T => tf.sqrt(tf.sub(1, level));

export const answers: Answers = {
  right: {
    'by two factors': (predict: Noise, x: T, table: T) =>
      tf.tidy(() =>
        walk(predict, x, table, (from, to) => {
          const ratio = tf.sqrt(tf.div(to, from));
          return [ratio, tf.sub(sigma(to), tf.mul(ratio, sigma(from)))];
        }),
      ),
    recursively: (predict: Noise, start: T, table: T) => {
      const step = (x: T, t: number): T => {
        if (t < 0) return x;
        const [from, to] = [tf.slice(table, t, 1), t > 0 ? tf.slice(table, t - 1, 1) : tf.ones([1])];
        const noise = predict(x, t);
        const data = tf.div(tf.sub(x, tf.mul(sigma(from), noise)), tf.sqrt(from));
        return step(tf.add(tf.mul(tf.sqrt(to), data), tf.mul(sigma(to), noise)), t - 1);
      };
      return tf.tidy(() => step(start, table.size - 1));
    },
    'with the noise that remains': (predict: Noise, start: T, table: T) =>
      tf.tidy(() => {
        const levels = [...tf.unstack(table)];
        return levels.reduceRight((x, level, t) => {
          const noise = predict(x, t);
          const data = tf.mul(tf.sub(x, tf.mul(sigma(level), noise)), tf.pow(level, -0.5));
          return t === 0 ? data : tf.add(tf.mul(tf.sqrt(levels[t - 1]!), data), tf.mul(sigma(levels[t - 1]!), noise));
        }, start);
      }),
  },
  wrong: {
    'one step too few': [
      (predict: Noise, x: T, table: T) =>
        walk(
          predict,
          x,
          table,
          (from, to) => {
            const ratio = tf.sqrt(tf.div(to, from));
            return [ratio, tf.sub(sigma(to), tf.mul(ratio, sigma(from)))];
          },
          1,
        ),
      ['stopsEarly'],
    ],
    'no noise goes on': [
      (predict: Noise, x: T, table: T) =>
        walk(predict, x, table, (from, to) => {
          const ratio = tf.sqrt(tf.div(to, from));
          return [ratio, tf.neg(tf.mul(ratio, sigma(from)))];
        }),
      ['noDirection'],
    ],
    'an estimate that is not divided': [
      (predict: Noise, x: T, table: T) =>
        walk(predict, x, table, (from, to) => [tf.sqrt(to), tf.sub(sigma(to), tf.mul(tf.sqrt(to), sigma(from)))]),
      ['noDivision'],
    ],
    'the start': [(_: Noise, x: T) => tf.clone(x), ['sameLevel']],
  },
};
