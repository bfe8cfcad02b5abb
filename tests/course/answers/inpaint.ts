import * as tf from '@tensorflow/tfjs-core';
import { tidied, type Answers } from './answers.js';

type T = tf.Tensor;

const noised = (k: T, e: T, a: T): T => tf.add(tf.mul(tf.sqrt(a), k), tf.mul(tf.sqrt(tf.sub(1, a)), e));
const mix = (m: T, inside: T, outside: T): T => tf.add(tf.mul(m, inside), tf.mul(tf.sub(1, m), outside));

export const answers: Answers = tidied({
  right: {
    'with a choice': (x: T, k: T, m: T, e: T, a: T) => tf.where(tf.cast(m, 'bool'), noised(k, e, a), x),
    'from the sample by a difference': (x: T, k: T, m: T, e: T, a: T) =>
      tf.add(x, tf.mul(m, tf.sub(noised(k, e, a), x))),
    'with powers': (x: T, k: T, m: T, e: T, a: T) =>
      mix(m, tf.add(tf.mul(tf.pow(a, 0.5), k), tf.mul(tf.pow(tf.sub(1, a), 0.5), e)), x),
    'with the mask in each part': (x: T, k: T, m: T, e: T, a: T) =>
      tf.addN([tf.mul(tf.mul(m, tf.sqrt(a)), k), tf.mul(tf.mul(m, tf.sqrt(tf.sub(1, a))), e), tf.sub(x, tf.mul(m, x))]),
    'example by example': (x: T, k: T, m: T, e: T, a: T) =>
      tf.stack(
        tf.unstack(x).map((row, i) => {
          const of = (all: T): T => tf.gather(all, i);
          return mix(of(m), noised(of(k), of(e), of(a)), row);
        }),
      ),
  },
  wrong: {
    'the mask turned': [(x: T, k: T, m: T, e: T, a: T) => mix(tf.sub(1, m), noised(k, e, a), x), ['maskTurned']],
    'without noise': [(x: T, k: T, m: T) => mix(m, k, x), ['notNoised']],
    'no roots': [
      (x: T, k: T, m: T, e: T, a: T) => mix(m, tf.add(tf.mul(a, k), tf.mul(tf.sub(1, a), e)), x),
      ['noRoots'],
    ],
    'factors exchanged': [(x: T, k: T, m: T, e: T, a: T) => mix(m, noised(k, e, tf.sub(1, a)), x), ['exchanged']],
    'the sample everywhere': [
      (x: T, k: T, m: T, e: T, a: T) => tf.add(x, tf.mul(m, noised(k, e, a))),
      ['sampleEverywhere'],
    ],
    'no sample': [(_: T, k: T, m: T, e: T, a: T) => tf.mul(m, noised(k, e, a)), ['noSample']],
    'the sample noised': [(x: T, k: T, m: T, e: T, a: T) => noised(mix(m, k, x), e, a), ['sampleNoised']],
    'minus the noise': [(x: T, k: T, m: T, e: T, a: T) => mix(m, noised(k, tf.neg(e), a), x), ['minusNoise']],
    'a mean of alphaBar': [(x: T, k: T, m: T, e: T, a: T) => mix(m, noised(k, e, tf.mean(a)), x), ['meanAlphaBar']],
    'the mask turned, without noise': [(x: T, k: T, m: T) => mix(tf.sub(1, m), k, x), ['maskTurned', 'notNoised']],
  },
});
