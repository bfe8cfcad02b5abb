import * as tf from '@tensorflow/tfjs-core';
import type { Answers } from './answers.js';

type T = tf.Tensor;
type T1 = tf.Tensor1D;

const column = (table: T, t: T1): T => tf.reshape(tf.gather(table, t), [-1, 1]);

export const answers: Answers = {
  right: {
    'two tables': (x: T, e: T, t: T1, bars: T1) =>
      tf.tidy(() => {
        const [alpha, sigma] = [tf.sqrt(bars), tf.sqrt(tf.sub(1, bars))];
        return tf.add(tf.mul(column(alpha, t), x), tf.mul(column(sigma, t), e));
      }),
    'by one-hot rows': (x: T, e: T, t: T1, bars: T1) =>
      tf.tidy(() => {
        const bar = tf.matMul(tf.cast(tf.oneHot(t, bars.size), 'float32'), tf.reshape(bars, [-1, 1]));
        return tf.add(tf.mul(tf.sqrt(bar), x), tf.mul(tf.sqrt(tf.sub(1, bar)), e));
      }),
    'features first': (x: T, e: T, t: T1, bars: T1) =>
      tf.tidy(() => {
        const bar = tf.gather(bars, t);
        const mixed = tf.add(
          tf.mul(tf.sqrt(bar), tf.transpose(x)),
          tf.mul(tf.pow(tf.sub(1, bar), 0.5), tf.transpose(e)),
        );
        return tf.transpose(mixed);
      }),
  },
  wrong: {
    'no roots': [
      (x: T, e: T, t: T1, bars: T1) => tf.add(tf.mul(column(bars, t), x), tf.mul(tf.sub(1, column(bars, t)), e)),
      ['noRoots'],
    ],
    'one root': [
      (x: T, e: T, t: T1, bars: T1) =>
        tf.add(tf.mul(tf.sqrt(column(bars, t)), x), tf.mul(tf.sub(1, column(bars, t)), e)),
      ['noRootOfNoise'],
    ],
    'one minus the root': [
      (x: T, e: T, t: T1, bars: T1) => {
        const alpha = tf.sqrt(column(bars, t));
        return tf.add(tf.mul(alpha, x), tf.mul(tf.sub(1, alpha), e));
      },
      ['complement'],
    ],
    'counted from one': [
      (x: T, e: T, t: T1, bars: T1) => {
        const bar = column(bars, tf.sub(t, tf.scalar(1, 'int32')));
        return tf.add(tf.mul(tf.sqrt(bar), x), tf.mul(tf.sqrt(tf.sub(1, bar)), e));
      },
      ['stepBefore'],
    ],
    'a product of a product': [
      (x: T, e: T, t: T1, bars: T1) => {
        const bar = column(tf.cumprod(bars), t);
        return tf.add(tf.mul(tf.sqrt(bar), x), tf.mul(tf.sqrt(tf.sub(1, bar)), e));
      },
      ['product'],
    ],
    'a flow between both': [
      (x: T, e: T, t: T1, bars: T1) => {
        const share = tf.reshape(tf.div(tf.cast(t, 'float32'), bars.size), [-1, 1]);
        return tf.add(tf.mul(tf.sub(1, share), x), tf.mul(share, e));
      },
      [],
    ],
  },
};
