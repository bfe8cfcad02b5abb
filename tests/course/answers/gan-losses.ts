import * as tf from '@tensorflow/tfjs-core';
import type { Answers } from './answers.js';

type T = tf.Tensor;

const positive = (x: T): T => tf.softplus(x);
const negative = (x: T): T => tf.softplus(tf.neg(x));
const losses = (discriminator: T, minimax: T, nonSaturating: T) => ({ discriminator, minimax, nonSaturating });

export const answers: Answers = {
  right: {
    'with logSigmoid': (real: T, fake: T) =>
      tf.tidy(() => {
        const asFake = tf.mean(tf.logSigmoid(tf.neg(fake)));
        const discriminator = tf.neg(tf.add(tf.mean(tf.logSigmoid(real)), asFake));
        return losses(discriminator, asFake, tf.neg(tf.mean(tf.logSigmoid(fake))));
      }),
    'with sums and sizes': (real: T, fake: T) =>
      tf.tidy(() => {
        const asFake = tf.div(tf.sum(positive(fake)), fake.size);
        const discriminator = tf.add(tf.div(tf.sum(negative(real)), real.size), asFake);
        return losses(discriminator, tf.neg(asFake), tf.sub(asFake, tf.mean(fake)));
      }),
    'in another order of names': (real: T, fake: T) =>
      tf.tidy(() => ({
        nonSaturating: tf.mean(negative(fake)),
        minimax: tf.mean(tf.neg(positive(fake))),
        discriminator: tf.add(tf.mean(positive(fake)), tf.mean(negative(real))),
      })),
  },
  wrong: {
    'exchanged losses': [
      (real: T, fake: T) =>
        losses(
          tf.add(tf.mean(negative(real)), tf.mean(positive(fake))),
          tf.mean(negative(fake)),
          tf.neg(tf.mean(positive(fake))),
        ),
      ['exchanged'],
    ],
    'half of it': [
      (real: T, fake: T) =>
        losses(
          tf.div(tf.add(tf.mean(negative(real)), tf.mean(positive(fake))), 2),
          tf.neg(tf.mean(positive(fake))),
          tf.mean(negative(fake)),
        ),
      ['halved'],
    ],
    'sums, and one sign': [
      (real: T, fake: T) =>
        losses(tf.add(tf.sum(negative(real)), tf.sum(positive(fake))), tf.sum(positive(fake)), tf.sum(negative(fake))),
      ['minimaxSign', 'sumOverBatch'],
    ],
    'one name forgotten': [
      (real: T, fake: T) => ({ discriminator: tf.add(tf.mean(negative(real)), tf.mean(positive(fake))) }),
      [],
    ],
  },
};
