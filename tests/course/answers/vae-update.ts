import * as tf from '@tensorflow/tfjs-core';
import type { Model } from '../../../examples/course/exercises/vae-update/model.js';
import type { Answers } from './answers.js';

type T = tf.Tensor;

const bounds = (model: Model, e: T, d: T, x: T, noise: T, ofDeviation = 0.5): T => {
  const { mean, logVariance } = model.encode(e, x);
  const z = tf.add(mean, tf.mul(tf.exp(tf.mul(ofDeviation, logVariance)), noise));
  return model.elbo(x, model.decode(d, z), mean, logVariance);
};

const ascend = (e: T, d: T, rate: number, bound: (e: T, d: T) => T) => {
  const [ofE, ofD] = tf.grads(bound)([e, d]) as [T, T];
  return { encoder: tf.add(e, tf.mul(rate, ofE)), decoder: tf.add(d, tf.mul(rate, ofD)) };
};

export const answers: Answers = {
  right: {
    'as an ascent of the bound': (e: T, d: T, x: T, noise: T, model: Model) =>
      tf.tidy(() => ascend(e, d, 0.1, (at, of) => tf.mean(bounds(model, at, of, x, noise)))),
    'with two gradients': (e: T, d: T, x: T, noise: T, model: Model) =>
      tf.tidy(() => ({
        decoder: tf.add(d, tf.mul(0.1, tf.grad((at: T) => tf.mean(bounds(model, e, at, x, noise)))(d))),
        encoder: tf.add(e, tf.mul(0.1, tf.grad((at: T) => tf.mean(bounds(model, at, d, x, noise)))(e))),
      })),
    'with a sum and a size': (e: T, d: T, x: T, noise: T, model: Model) =>
      tf.tidy(() => ascend(e, d, 0.1 / x.shape[0], (at, of) => tf.sum(bounds(model, at, of, x, noise)))),
  },
  wrong: {
    downhill: [
      (e: T, d: T, x: T, noise: T, model: Model) =>
        ascend(e, d, -0.1, (at, of) => tf.mean(bounds(model, at, of, x, noise))),
      ['ascent'],
    ],
    'a sum': [
      (e: T, d: T, x: T, noise: T, model: Model) =>
        ascend(e, d, 0.1, (at, of) => tf.sum(bounds(model, at, of, x, noise))),
      ['sumOverBatch'],
    ],
    'a variance, and no rate': [
      (e: T, d: T, x: T, noise: T, model: Model) =>
        ascend(e, d, 1, (at, of) => tf.mean(bounds(model, at, of, x, noise, 1))),
      ['noRate', 'byVariance'],
    ],
    'a rate of 0.01': [
      (e: T, d: T, x: T, noise: T, model: Model) =>
        ascend(e, d, 0.01, (at, of) => tf.mean(bounds(model, at, of, x, noise))),
      ['smallRate'],
    ],
  },
};
