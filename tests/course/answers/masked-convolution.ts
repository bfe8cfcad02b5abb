import * as tf from '@tensorflow/tfjs-core';
import { tidied, type Answers } from './answers.js';

type T = tf.Tensor4D;

/** Masks by a rule, for each place of the kernel. */
const masked = (kernel: T, keeps: (i: number, j: number, c: number) => boolean): T => {
  const [size] = kernel.shape;
  const c = (size - 1) / 2;
  const values = Array.from({ length: size * size }, (_, n) => (keeps(Math.floor(n / size), n % size, c) ? 1 : 0));
  return tf.mul(kernel, tf.tensor4d(values, [size, size, 1, 1]));
};
const conv = (x: T, kernel: T): tf.Tensor => tf.conv2d(x, kernel, 1, 'same');
const both =
  (keeps: (i: number, j: number, c: number) => boolean) =>
  (x: T, kernel: T): { first: tf.Tensor; later: tf.Tensor } => ({
    first: conv(
      x,
      masked(kernel, (i, j, c) => keeps(i, j, c) && !(i === c && j === c)),
    ),
    later: conv(
      x,
      masked(kernel, (i, j, c) => keeps(i, j, c) || (i === c && j === c)),
    ),
  });
const before = (i: number, j: number, c: number): boolean => i < c || (i === c && j < c);

export const answers: Answers = tidied({
  right: {
    'with a mask from loops': both(before),
    'with pads and a valid convolution': (x: T, kernel: T) => {
      const p = (kernel.shape[0] - 1) / 2;
      const padded = tf.pad(x, [
        [0, 0],
        [p, p],
        [p, p],
        [0, 0],
      ]);
      const run = (keeps: typeof before): tf.Tensor => tf.conv2d(padded, masked(kernel, keeps), 1, 'valid');
      return { first: run(before), later: run((i, j, c) => before(i, j, c) || (i === c && j === c)) };
    },
    'from the rows above and a part of a row': (x: T, kernel: T) => {
      const [size, , channels, features] = kernel.shape;
      const p = (size - 1) / 2;
      const above = tf.slice(kernel, [0, 0, 0, 0], [p, size, channels, features]);
      const row = (length: number): T =>
        tf.concat(
          [
            tf.slice(kernel, [p, 0, 0, 0], [1, length, channels, features]),
            tf.zeros<tf.Rank.R4>([1, size - length, channels, features]),
          ],
          1,
        );
      const below = tf.zeros<tf.Rank.R4>([p, size, channels, features]);
      const run = (length: number): tf.Tensor => conv(x, tf.concat([above, row(length), below], 0));
      return { first: run(p), later: run(p + 1) };
    },
    'as a later layer without its middle': (x: T, kernel: T) => {
      const [size, , channels, features] = kernel.shape;
      const p = (size - 1) / 2;
      const later = conv(
        x,
        masked(kernel, (i, j, c) => before(i, j, c) || (i === c && j === c)),
      );
      const middle = tf.slice(kernel, [p, p, 0, 0], [1, 1, channels, features]);
      return { first: tf.sub(later, conv(x, middle)), later };
    },
    'as a sum of shifted products': (x: T, kernel: T) => {
      const [size, , channels, features] = kernel.shape;
      const [batch, height, width] = x.shape;
      const p = (size - 1) / 2;
      const padded = tf.pad(x, [
        [0, 0],
        [p, p],
        [p, p],
        [0, 0],
      ]);
      const term = (n: number): tf.Tensor => {
        const [i, j] = [Math.floor(n / size), n % size];
        const part = tf.reshape(tf.slice(padded, [0, i, j, 0], [batch, height, width, channels]), [-1, channels]);
        const weights = tf.reshape(tf.slice(kernel, [i, j, 0, 0], [1, 1, channels, features]), [channels, features]);
        return tf.reshape(tf.matMul(part, weights), [batch, height, width, features]);
      };
      const sum = (count: number): tf.Tensor => tf.addN(Array.from({ length: count }, (_, n) => term(n)));
      const middle = (size * size - 1) / 2;
      return { first: sum(middle), later: sum(middle + 1) };
    },
  },
  wrong: {
    'no mask': [(x: T, k: T) => ({ first: conv(x, k), later: conv(x, k) }), ['noMask']],
    'layers exchanged': [
      (x: T, k: T) => {
        const { first, later } = both(before)(x, k);
        return { first: later, later: first };
      },
      ['exchanged'],
    ],
    'the first sees itself': [
      (x: T, k: T) => {
        const { later } = both(before)(x, k);
        return { first: later, later: tf.clone(later) };
      },
      ['firstSeesItself'],
    ],
    'the later is blind': [
      (x: T, k: T) => {
        const { first } = both(before)(x, k);
        return { first, later: tf.clone(first) };
      },
      ['laterIsBlind'],
    ],
    'what comes after': [both((i, j, c) => !before(i, j, c)), ['mirrored']],
    'only rows above': [both((i, _, c) => i < c), ['onlyAbove']],
    'a quarter': [both((i, j, c) => i <= c && j <= c), ['onlyUpperLeft']],
    'column by column': [both((i, j, c) => before(j, i, c)), ['columns']],
    'the half with the whole row': [both((i, _, c) => i <= c), ['wholeRow']],
    'only the middle is hidden': [both(() => true), ['onlyMiddle']],
    'a kernel turned round': [(x: T, k: T) => both(before)(x, tf.reverse(k, [0, 1])), ['flipped']],
  },
});
