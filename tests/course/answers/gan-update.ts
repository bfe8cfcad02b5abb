import * as tf from '@tensorflow/tfjs-core';
import type { Model } from '../../../examples/course/exercises/gan-update/model.js';
import type { Answers } from './answers.js';

type T = tf.Tensor;
type Update = (generator: T, discriminator: T, real: T, noise: T, model: Model) => { generator: T; discriminator: T };

const step = (weights: T, loss: (at: T) => tf.Scalar, rate = 0.1): T =>
  tf.sub(weights, tf.mul(rate, tf.grad(loss)(weights)));

/** The discriminator's loss as a function of both players' weights. */
const discriminatorLoss =
  (real: T, noise: T, model: Model) =>
  (d: T, g: T): tf.Scalar =>
    model.discriminatorLoss(model.judge(d, real), model.judge(d, model.generate(g, noise)));

const generatorLoss =
  (noise: T, model: Model) =>
  (d: T, g: T): tf.Scalar =>
    model.generatorLoss(model.judge(d, model.generate(g, noise)));

export const answers: Answers = {
  right: {
    'fakes inside the loss': ((generator, discriminator, real, noise, model) =>
      tf.tidy(() => {
        const d = step(discriminator, (at) => discriminatorLoss(real, noise, model)(at, generator));
        return { discriminator: d, generator: step(generator, (at) => generatorLoss(noise, model)(d, at)) };
      })) satisfies Update,
    'both gradients, and one of them used': ((generator, discriminator, real, noise, model) =>
      tf.tidy(() => {
        const [ofD] = tf.grads(discriminatorLoss(real, noise, model))([discriminator, generator]) as [T];
        const d = tf.sub(discriminator, tf.div(ofD, 10));
        const [, ofG] = tf.grads(generatorLoss(noise, model))([d, generator]) as [T, T];
        return { generator: tf.sub(generator, tf.div(ofG, 10)), discriminator: d };
      })) satisfies Update,
    'real data and fakes in one batch': ((generator, discriminator, real, noise, model) =>
      tf.tidy(() => {
        const all = tf.concat([real, model.generate(generator, noise)], 0);
        const sizes = [real.shape[0], noise.shape[0]];
        const d = step(discriminator, (at) => {
          const [ofReal, ofFake] = tf.split(model.judge(at, all), sizes) as [T, T];
          return model.discriminatorLoss(ofReal, ofFake);
        });
        return { discriminator: d, generator: step(generator, (at) => generatorLoss(noise, model)(d, at)) };
      })) satisfies Update,
  },
  wrong: {
    'both at once': [
      ((generator, discriminator, real, noise, model) => ({
        discriminator: step(discriminator, (at) => discriminatorLoss(real, noise, model)(at, generator)),
        generator: step(generator, (at) => generatorLoss(noise, model)(discriminator, at)),
      })) satisfies Update,
      ['simultaneous'],
    ],
    'the generator first': [
      ((generator, discriminator, real, noise, model) => {
        const g = step(generator, (at) => generatorLoss(noise, model)(discriminator, at));
        return {
          generator: g,
          discriminator: step(discriminator, (at) => discriminatorLoss(real, noise, model)(at, g)),
        };
      }) satisfies Update,
      ['generatorFirst'],
    ],
    'the labels exchanged': [
      ((generator, discriminator, real, noise, model) => {
        const fake = model.generate(generator, noise);
        const d = step(discriminator, (at) => model.discriminatorLoss(model.judge(at, fake), model.judge(at, real)));
        return { discriminator: d, generator: step(generator, (at) => generatorLoss(noise, model)(d, at)) };
      }) satisfies Update,
      ['exchanged'],
    ],
    'no detach in the first step': [
      ((generator, discriminator, real, noise, model) => {
        const [ofD, ofG] = tf.grads(discriminatorLoss(real, noise, model))([discriminator, generator]) as [T, T];
        const [d, g] = [tf.sub(discriminator, tf.mul(0.1, ofD)), tf.sub(generator, tf.mul(0.1, ofG))];
        return { discriminator: d, generator: step(g, (at) => generatorLoss(noise, model)(d, at)) };
      }) satisfies Update,
      ['generatorFollows'],
    ],
    'a full step, and the wrong way': [
      ((generator, discriminator, real, noise, model) => {
        const d = step(discriminator, (at) => discriminatorLoss(real, noise, model)(at, generator), 1);
        return { discriminator: d, generator: step(generator, (at) => generatorLoss(noise, model)(d, at), -1) };
      }) satisfies Update,
      ['generatorAscends', 'noRate'],
    ],
    'two steps of the discriminator': [
      ((generator, discriminator, real, noise, model) => {
        const loss = (at: T): tf.Scalar => discriminatorLoss(real, noise, model)(at, generator);
        const d = step(step(discriminator, loss), loss);
        return { discriminator: d, generator: step(generator, (at) => generatorLoss(noise, model)(d, at)) };
      }) satisfies Update,
      [],
    ],
  },
};
