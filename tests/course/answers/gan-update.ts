import * as tf from '@tensorflow/tfjs-core';
import type { Model } from '../../../examples/course/exercises/gan-update/model.js';
import type { Answers } from './answers.js';

type T = tf.Tensor;

const down = (weights: T, loss: (at: T) => T, rate = 0.1): T => tf.sub(weights, tf.mul(rate, tf.grad(loss)(weights)));

const judged = (g: T, d: T, real: T, noise: T, model: Model, rate = 0.1): T =>
  down(d, (at) => model.discriminatorLoss(model.judge(at, real), model.judge(at, model.generate(g, noise))), rate);
const generated = (g: T, d: T, noise: T, model: Model, rate = 0.1): T =>
  down(g, (at) => model.generatorLoss(model.judge(d, model.generate(at, noise))), rate);

export const answers: Answers = {
  right: {
    'one after the other': (g: T, d: T, real: T, noise: T, model: Model) =>
      tf.tidy(() => {
        const discriminator = judged(g, d, real, noise, model);
        return { discriminator, generator: generated(g, discriminator, noise, model) };
      }),
    'with both gradients taken, and one used': (g: T, d: T, real: T, noise: T, model: Model) =>
      tf.tidy(() => {
        const loss = (...[ofG, ofD]: T[]): T =>
          model.discriminatorLoss(model.judge(ofD!, real), model.judge(ofD!, model.generate(ofG!, noise)));
        const discriminator = tf.sub(d, tf.mul(tf.grads(loss)([g, d])[1]!, 0.1));
        return { generator: generated(g, discriminator, noise, model), discriminator };
      }),
    'with variables': (g: T, d: T, real: T, noise: T, model: Model) =>
      tf.tidy(() => {
        const [generator, discriminator] = [tf.variable(g), tf.variable(d)] as const;
        const move = (loss: () => T, weights: tf.Variable): void => {
          const { grads } = tf.variableGrads(loss as () => tf.Scalar, [weights]);
          weights.assign(tf.sub(weights, tf.mul(0.1, Object.values(grads)[0]!)));
        };
        const fake = (): T => model.generate(generator, noise);
        move(
          () => model.discriminatorLoss(model.judge(discriminator, real), model.judge(discriminator, fake())),
          discriminator,
        );
        move(() => model.generatorLoss(model.judge(discriminator, fake())), generator);
        const moved = { generator: tf.clone(generator), discriminator: tf.clone(discriminator) };
        tf.dispose([generator, discriminator]);
        return moved;
      }),
  },
  wrong: {
    'both at once': [
      (g: T, d: T, real: T, noise: T, model: Model) => ({
        generator: generated(g, d, noise, model),
        discriminator: judged(g, d, real, noise, model),
      }),
      ['simultaneous'],
    ],
    'the generator first': [
      (g: T, d: T, real: T, noise: T, model: Model) => {
        const generator = generated(g, d, noise, model);
        return { generator, discriminator: judged(generator, d, real, noise, model) };
      },
      ['generatorFirst'],
    ],
    'only the discriminator': [
      (g: T, d: T, real: T, noise: T, model: Model) => ({
        generator: tf.clone(g),
        discriminator: judged(g, d, real, noise, model),
      }),
      ['generatorStill'],
    ],
    'a smaller rate of one': [
      (g: T, d: T, real: T, noise: T, model: Model) => {
        const discriminator = judged(g, d, real, noise, model, 0.05);
        return { discriminator, generator: generated(g, discriminator, noise, model) };
      },
      [],
    ],
  },
};
