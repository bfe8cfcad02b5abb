import * as tf from '@tensorflow/tfjs-core';
import type { Answers } from './answers.js';

type T = tf.Tensor;
type Critic = (x: T) => T;

const between = (real: T, fake: T, mix: T): T => tf.add(tf.mul(mix, real), tf.mul(tf.sub(1, mix), fake));
const slopes = (critic: Critic, x: T): T => tf.grad((at: T) => tf.sum(critic(at)))(x);

export const answers: Answers = {
  right: {
    'from the fake towards the real': (critic: Critic, real: T, fake: T, mix: T) =>
      tf.tidy(() => {
        const x = tf.add(fake, tf.mul(mix, tf.sub(real, fake)));
        return tf.mean(tf.squaredDifference(tf.norm(slopes(critic, x), 'euclidean', 1), 1));
      }),
    'with a gradient of ones': (critic: Critic, real: T, fake: T, mix: T) =>
      tf.tidy(() => {
        const x = between(real, fake, mix);
        const gradient = tf.grad(critic)(x, tf.ones([x.shape[0], 1]));
        const norms = tf.pow(tf.sum(tf.mul(gradient, gradient), -1, true), 0.5);
        return tf.mean(tf.square(tf.sub(1, norms)));
      }),
    'the square multiplied out': (critic: Critic, real: T, fake: T, mix: T) =>
      tf.tidy(() => {
        const squares = tf.sum(tf.square(slopes(critic, between(real, fake, mix))), 1);
        return tf.add(tf.sub(tf.mean(squares), tf.mul(2, tf.mean(tf.sqrt(squares)))), 1);
      }),
  },
  wrong: {
    'the shares exchanged': [
      (critic: Critic, real: T, fake: T, mix: T) =>
        tf.mean(tf.square(tf.sub(tf.norm(slopes(critic, between(fake, real, mix)), 2, 1), 1))),
      ['mixSwapped'],
    ],
    'no root': [
      (critic: Critic, real: T, fake: T, mix: T) =>
        tf.mean(tf.square(tf.sub(tf.sum(tf.square(slopes(critic, between(real, fake, mix))), 1), 1))),
      ['noRoot'],
    ],
    'a norm of everything': [
      (critic: Critic, real: T, fake: T, mix: T) =>
        tf.square(tf.sub(tf.norm(slopes(critic, between(real, fake, mix))), 1)),
      ['normOverBatch'],
    ],
    'at the fakes, without a target': [
      (critic: Critic, _real: T, fake: T) => tf.mean(tf.sum(tf.square(slopes(critic, fake)), 1)),
      ['atFake', 'noTarget'],
    ],
    'one for each example': [
      (critic: Critic, real: T, fake: T, mix: T) =>
        tf.square(tf.sub(tf.norm(slopes(critic, between(real, fake, mix)), 2, 1), 1)),
      ['perExample'],
    ],
    'a slope between two points': [
      (critic: Critic, real: T, fake: T) => {
        const distance = tf.norm(tf.sub(real, fake), 2, 1, true);
        const slope = tf.abs(tf.div(tf.sub(critic(real), critic(fake)), distance));
        return tf.mean(tf.square(tf.sub(slope, 1)));
      },
      [],
    ],
  },
};
