import * as tf from '@tensorflow/tfjs-core';
import { tidied, type Answers } from './answers.js';

type T = tf.Tensor;
type Energy = (x: T) => T;

const start = (b: T, f: T, m: T): T => tf.add(b, tf.mul(m, tf.sub(f, b)));
const slopes = (energy: Energy, x: T): T => tf.grad((at: T) => tf.sum(energy(at)))(x);
const walk = (energy: Energy, x: T, draws: readonly T[], rate = 0.1, scale = 0.05): T =>
  draws.reduce((at, e) => tf.add(tf.sub(at, tf.mul(rate, slopes(energy, at))), tf.mul(scale, e)), x);

export const answers: Answers = tidied({
  right: {
    'with a fold': (energy: Energy, b: T, f: T, m: T, n: T) => walk(energy, start(b, f, m), tf.unstack(n)),
    'with a choice': (energy: Energy, b: T, f: T, m: T, n: T) => {
      const isFresh = tf.cast(tf.broadcastTo(m, b.shape), 'bool');
      return walk(energy, tf.where(isFresh, f, b), tf.unstack(n));
    },
    'with slices of the noise': (energy: Energy, b: T, f: T, m: T, n: T) => {
      let x: T = start(b, f, m);
      for (let s = 0; s < n.shape[0]; s++) {
        const e = tf.reshape(tf.slice(n, [s, 0, 0], [1, -1, -1]), b.shape);
        x = tf.addN([x, tf.mul(-0.1, slopes(energy, x)), tf.mul(0.05, e)]);
      }
      return x;
    },
    recursively: (energy: Energy, b: T, f: T, m: T, n: T) => {
      const go = (x: T, [e, ...rest]: readonly T[]): T =>
        e === undefined ? x : go(tf.sub(tf.add(x, tf.mul(0.05, e)), tf.div(slopes(energy, x), 10)), rest);
      return go(start(b, f, m), tf.unstack(n));
    },
    'with the log-density': (energy: Energy, b: T, f: T, m: T, n: T) => {
      let x: T = start(b, f, m);
      for (const e of tf.unstack(tf.div(n, 20))) {
        const score = tf.valueAndGrad((at: T) => tf.neg<tf.Scalar>(tf.sum(energy(at))))(x).grad;
        x = tf.add(tf.add(x, tf.mul(score, 0.1)), e);
      }
      return x;
    },
  },
  wrong: {
    uphill: [(energy: Energy, b: T, f: T, m: T, n: T) => walk(energy, start(b, f, m), tf.unstack(n), -0.1), ['uphill']],
    'no step size': [
      (energy: Energy, b: T, f: T, m: T, n: T) => walk(energy, start(b, f, m), tf.unstack(n), 1),
      ['noStepSize'],
    ],
    'no scale of the noise': [
      (energy: Energy, b: T, f: T, m: T, n: T) => walk(energy, start(b, f, m), tf.unstack(n), 0.1, 1),
      ['noiseNotScaled'],
    ],
    'no noise': [
      (energy: Energy, b: T, f: T, m: T, n: T) => walk(energy, start(b, f, m), tf.unstack(n), 0.1, 0),
      ['noNoise'],
    ],
    'the buffer alone': [(energy: Energy, b: T, _: T, __: T, n: T) => walk(energy, b, tf.unstack(n)), ['onlyBuffer']],
    'the mask turned': [
      (energy: Energy, b: T, f: T, m: T, n: T) => walk(energy, start(f, b, m), tf.unstack(n)),
      ['maskTurned'],
    ],
    'the mean energy': [
      (energy: Energy, b: T, f: T, m: T, n: T) =>
        walk((x) => tf.div(energy(x), b.shape[0]), start(b, f, m), tf.unstack(n)),
      ['stepOfMean'],
    ],
    'one step': [
      (energy: Energy, b: T, f: T, m: T, n: T) => walk(energy, start(b, f, m), tf.unstack(n).slice(0, 1)),
      ['oneStep'],
    ],
    'noise reversed': [
      (energy: Energy, b: T, f: T, m: T, n: T) => walk(energy, start(b, f, m), tf.unstack(tf.reverse(n, 0))),
      ['noiseReversed'],
    ],
    'uphill without noise': [
      (energy: Energy, b: T, f: T, m: T, n: T) => walk(energy, start(b, f, m), tf.unstack(n), -0.1, 0),
      ['uphill', 'noNoise'],
    ],
  },
});
