import * as tf from '@tensorflow/tfjs-core';
import type { Answers } from './answers.js';

type T = tf.Tensor;

const asReal = (l: T): T => tf.mean(tf.softplus(tf.neg(l)));
const asFake = (l: T): T => tf.mean(tf.softplus(l));

export const answers: Answers = {
  right: {
    'by cross-entropy with labels': (real: T, fake: T) =>
      tf.tidy(() => {
        const entropy = (l: T, label: number): T => tf.mean(tf.sub(tf.softplus(l), tf.mul(label, l)));
        return {
          discriminator: tf.add(entropy(real, 1), entropy(fake, 0)),
          minimax: tf.mul(-1, entropy(fake, 0)),
          nonSaturating: entropy(fake, 1),
        };
      }),
    'minimax by a difference': (real: T, fake: T) =>
      tf.tidy(() => ({
        nonSaturating: asReal(fake),
        minimax: tf.mean(tf.sub(tf.neg(tf.softplus(tf.neg(fake))), fake)),
        discriminator: tf.addN([asReal(real), asFake(fake)]),
      })),
    'sums divided by sizes': (real: T, fake: T) =>
      tf.tidy(() => ({
        discriminator: tf.add(
          tf.div(tf.sum(tf.softplus(tf.neg(real))), real.size),
          tf.div(tf.sum(tf.softplus(fake)), fake.size),
        ),
        minimax: tf.neg(asFake(fake)),
        nonSaturating: asReal(fake),
      })),
  },
  wrong: {
    'the sign of minimax': [
      (real: T, fake: T) => ({
        discriminator: tf.add(asReal(real), asFake(fake)),
        minimax: asFake(fake),
        nonSaturating: asReal(fake),
      }),
      ['minimaxSign'],
    ],
    'the mean of the halves': [
      (real: T, fake: T) => ({
        discriminator: tf.div(tf.add(asReal(real), asFake(fake)), 2),
        minimax: tf.neg(asFake(fake)),
        nonSaturating: asReal(fake),
      }),
      ['halved'],
    ],
    'labels of the generator': [
      (real: T, fake: T) => ({
        discriminator: tf.add(asReal(real), asReal(fake)),
        minimax: tf.neg(asFake(fake)),
        nonSaturating: asReal(fake),
      }),
      ['fakeSwapped'],
    ],
    'two wrong signs': [
      (real: T, fake: T) => ({
        discriminator: tf.add(asReal(real), asFake(fake)),
        minimax: asFake(fake),
        nonSaturating: tf.neg(asReal(fake)),
      }),
      ['minimaxSign', 'nonSaturatingSign'],
    ],
    sums: [
      (real: T, fake: T) => ({
        discriminator: tf.add(tf.sum(tf.softplus(tf.neg(real))), tf.sum(tf.softplus(fake))),
        minimax: tf.neg(tf.sum(tf.softplus(fake))),
        nonSaturating: tf.sum(tf.softplus(tf.neg(fake))),
      }),
      ['sumOverBatch'],
    ],
    'a critic of Wasserstein': [
      (real: T, fake: T) => ({
        discriminator: tf.sub(tf.mean(fake), tf.mean(real)),
        minimax: tf.neg(tf.mean(fake)),
        nonSaturating: tf.neg(tf.mean(fake)),
      }),
      [],
    ],
  },
};
