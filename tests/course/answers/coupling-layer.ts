import * as tf from '@tensorflow/tfjs-core';
import { tidied, type Answers } from './answers.js';

type T = tf.Tensor;
type Network = (first: T) => { logScale: T; shift: T };
type Layer = { y: T; logDeterminant: T };

const layer =
  (
    move: (second: T, s: T, t: T) => T,
    determinant: (s: T, t: T) => T = (s) => tf.sum(s, 1),
    join: (first: T, moved: T) => T = (first, moved) => tf.concat([first, moved], 1),
  ) =>
  (network: Network, x: T): Layer => {
    const [first, second] = tf.split(x, 2, 1) as [T, T];
    const { logScale, shift } = network(first);
    return { y: join(first, move(second, logScale, shift)), logDeterminant: determinant(logScale, shift) };
  };
const affine = (x: T, s: T, t: T): T => tf.add(tf.mul(x, tf.exp(s)), t);

export const answers: Answers = tidied({
  right: {
    'with slices and a mask': (network: Network, x: T) => {
      const half = x.shape[1]! / 2;
      const { logScale: s, shift: t } = network(tf.slice(x, [0, 0], [-1, half]));
      const zeros = tf.zerosLike(s);
      const [wideS, wideT] = [tf.concat([zeros, s], 1), tf.concat([zeros, t], 1)];
      return { y: affine(x, wideS, wideT), logDeterminant: tf.sum(wideS, 1) };
    },
    'with the logarithm of the product': layer(affine, (s) => tf.log(tf.exp(tf.sum(s, 1)))),
    'with a mean times the size': layer(
      (x, s, t) => tf.add(t, tf.mul(tf.exp(s), x)),
      (s) => tf.mul(tf.mean(s, 1), s.shape[1]!),
    ),
    'with pads': layer(
      affine,
      (s) => tf.sum(s, -1),
      (first, moved) => {
        const half = first.shape[1]!;
        return tf.add(
          tf.pad(first, [
            [0, 0],
            [0, half],
          ]),
          tf.pad(moved, [
            [0, 0],
            [half, 0],
          ]),
        );
      },
    ),
    'with a product with ones': layer(
      (x, s, t) => tf.addN([tf.mul(x, tf.exp(s)), t]),
      (s) => tf.squeeze(tf.matMul(s, tf.ones([s.shape[1]!, 1])), [1]),
    ),
  },
  wrong: {
    'no exponential': [layer((x, s, t) => tf.add(tf.mul(x, s), t)), ['noExponential']],
    'shifted first': [layer((x, s, t) => tf.mul(tf.add(x, t), tf.exp(s))), ['shiftFirst']],
    'no shift': [layer((x, s) => tf.mul(x, tf.exp(s))), ['noShift']],
    'the order exchanged': [
      layer(affine, undefined, (first, moved) => tf.concat([moved, first], 1)),
      ['orderExchanged'],
    ],
    'the determinant itself': [layer(affine, (s) => tf.prod(tf.exp(s), 1)), ['determinant']],
    'a mean': [layer(affine, (s) => tf.mean(s, 1)), ['determinantMean']],
    'over the batch': [layer(affine, (s) => tf.sum(s)), ['determinantBatch']],
    'the inverse': [
      layer(
        (x, s, t) => tf.mul(tf.sub(x, t), tf.exp(tf.neg(s))),
        (s) => tf.neg(tf.sum(s, 1)),
      ),
      ['inverse'],
    ],
    'minus the logarithm': [layer(affine, (s) => tf.neg(tf.sum(s, 1))), ['determinantSign']],
    'no exponential, and a mean': [
      layer(
        (x, s, t) => tf.add(tf.mul(x, s), t),
        (s) => tf.mean(s, 1),
      ),
      ['noExponential', 'determinantMean'],
    ],
    'the halves exchanged': [
      (network: Network, x: T) => {
        const [first, second] = tf.split(x, 2, 1) as [T, T];
        const { logScale, shift } = network(second);
        return { y: tf.concat([affine(first, logScale, shift), second], 1), logDeterminant: tf.sum(logScale, 1) };
      },
      ['halvesExchanged'],
    ],
  },
});
