import * as tf from '@tensorflow/tfjs-core';
import type { Answers } from './answers.js';

type T = tf.Tensor;
type Critic = (x: T) => T;

const between = (real: T, fake: T, mix: T): T => tf.add(fake, tf.mul(mix, tf.sub(real, fake)));
const slopes = (critic: Critic, x: T): T => tf.grad((at: T) => tf.sum(critic(at)))(x);

export const answers: Answers = {
  right: {
    'with tf.norm': (critic: Critic, real: T, fake: T, mix: T) =>
      tf.tidy(() =>
        tf.mean(tf.squaredDifference(tf.norm(slopes(critic, between(real, fake, mix)), 'euclidean', 1), 1)),
      ),
    expanded: (critic: Critic, real: T, fake: T, mix: T) =>
      tf.tidy(() => {
        const squares = tf.sum(tf.square(slopes(critic, between(real, fake, mix))), 1);
        return tf.mean(tf.add(tf.sub(squares, tf.mul(2, tf.sqrt(squares))), 1));
      }),
    'as a sum and a size': (critic: Critic, real: T, fake: T, mix: T) =>
      tf.tidy(() => {
        const norms = tf.pow(tf.sum(tf.pow(slopes(critic, between(real, fake, mix)), 2), -1), 0.5);
        return tf.div(tf.sum(tf.square(tf.sub(1, norms))), real.shape[0]);
      }),
  },
  wrong: {
    'at the real data': [
      (critic: Critic, real: T) => tf.mean(tf.square(tf.sub(tf.sqrt(tf.sum(tf.square(slopes(critic, real)), 1)), 1))),
      ['atReal'],
    ],
    'the mix the other way': [
      (critic: Critic, real: T, fake: T, mix: T) =>
        tf.mean(tf.square(tf.sub(tf.sqrt(tf.sum(tf.square(slopes(critic, between(fake, real, mix))), 1)), 1))),
      ['mixSwapped'],
    ],
    'without the root': [
      (critic: Critic, real: T, fake: T, mix: T) =>
        tf.mean(tf.square(tf.sub(tf.sum(tf.square(slopes(critic, between(real, fake, mix))), 1), 1))),
      ['noRoot'],
    ],
    'a sum of squares, without a target': [
      (critic: Critic, real: T, fake: T, mix: T) => tf.sum(tf.square(slopes(critic, between(real, fake, mix)))),
      ['noTarget', 'sumOverBatch'],
    ],
    'ten times of it': [
      (critic: Critic, real: T, fake: T, mix: T) =>
        tf.mul(10, tf.mean(tf.squaredDifference(tf.norm(slopes(critic, between(real, fake, mix)), 'euclidean', 1), 1))),
      ['weighted'],
    ],
  },
};
