import type { Wrong } from '../answer.js';

export const adversarial: Readonly<Record<string, readonly Wrong[]>> = {
  'gan-losses': [
    {
      says: 'The non-saturating loss lacks the logarithm.',
      mistakes: ['onlyProbability'],
      answer: `(real, fake) => ({
        discriminator: tf.add(tf.mean(tf.softplus(tf.neg(real))), tf.mean(tf.softplus(fake))),
        minimax: tf.neg(tf.mean(tf.softplus(fake))),
        nonSaturating: tf.neg(tf.mean(tf.sigmoid(fake))),
      })`,
    },
    {
      says: 'One name of the record is misspelt: nonsaturating.',
      mistakes: [],
      measured: 'it must return `nonSaturating`, and returns',
      answer: `(real, fake) => ({
        discriminator: tf.add(tf.mean(tf.softplus(tf.neg(real))), tf.mean(tf.softplus(fake))),
        minimax: tf.neg(tf.mean(tf.softplus(fake))),
        nonsaturating: tf.mean(tf.softplus(tf.neg(fake))),
      })`,
    },
    {
      says: "The discriminator's loss is halved, and the minimax loss has the wrong sign.",
      mistakes: ['halved', 'minimaxSign'],
      answer: `(real, fake) => {
        const lossFake = tf.mean(tf.softplus(fake));
        return {
          discriminator: tf.div(tf.add(tf.mean(tf.softplus(tf.neg(real))), lossFake), 2),
          minimax: lossFake,
          nonSaturating: tf.mean(tf.softplus(tf.neg(fake))),
        };
      }`,
    },
  ],
  'gan-update': [
    {
      says: 'Nothing is returned.',
      mistakes: [],
      measured: 'It must return a tensor, not undefined',
      answer: `(generator, discriminator, real, noise, model) => {
        const fake = model.generate(generator, noise);
        const gradD = tf.grad((d) => model.discriminatorLoss(model.judge(d, real), model.judge(d, fake)))(discriminator);
        discriminator = tf.sub(discriminator, tf.mul(0.1, gradD));
        const gradG = tf.grad((g) => model.generatorLoss(model.judge(discriminator, model.generate(g, noise))))(generator);
        generator = tf.sub(generator, tf.mul(0.1, gradG));
      }`,
    },
    {
      says: "The generator's step draws noise of its own.",
      mistakes: [],
      measured: 'it gives different numbers at each call',
      answer: `(generator, discriminator, real, noise, model) => {
        const fake = model.generate(generator, noise);
        const gradD = tf.grad((d) => model.discriminatorLoss(model.judge(d, real), model.judge(d, fake)))(discriminator);
        const newD = tf.sub(discriminator, tf.mul(0.1, gradD));
        const fresh = tf.randomNormal(noise.shape);
        const gradG = tf.grad((g) => model.generatorLoss(model.judge(newD, model.generate(g, fresh))))(generator);
        return { generator: tf.sub(generator, tf.mul(0.1, gradG)), discriminator: newD };
      }`,
    },
    {
      says: 'The generator is judged by the old discriminator, and the learning rate is 0.01.',
      mistakes: ['smallRate', 'simultaneous'],
      answer: `(generator, discriminator, real, noise, model) => {
        const rate = 0.01;
        const fake = model.generate(generator, noise);
        const gradD = tf.grad((d) => model.discriminatorLoss(model.judge(d, real), model.judge(d, fake)))(discriminator);
        const gradG = tf.grad((g) => model.generatorLoss(model.judge(discriminator, model.generate(g, noise))))(generator);
        return {
          generator: tf.sub(generator, tf.mul(rate, gradG)),
          discriminator: tf.sub(discriminator, tf.mul(rate, gradD)),
        };
      }`,
    },
  ],
  'gradient-penalty': [
    {
      says: 'One norm is taken over the whole batch instead of one for each example.',
      mistakes: ['normOverBatch'],
      answer: `(critic, real, fake, mix) => {
        const x = tf.add(tf.mul(mix, real), tf.mul(tf.sub(1, mix), fake));
        const g = tf.grad((x) => tf.sum(critic(x)))(x);
        return tf.square(tf.sub(tf.norm(g), 1));
      }`,
    },
    {
      says: 'It is another penalty, R1: half the squared slope at the real data.',
      mistakes: [],
      answer: `(critic, real, fake, mix) => {
        const g = tf.grad((x) => tf.sum(critic(x)))(real);
        return tf.mul(0.5, tf.mean(tf.sum(tf.square(g), 1)));
      }`,
    },
    {
      says: 'It draws shares of its own instead of using the ones that it is given.',
      mistakes: [],
      measured: 'it gives different numbers at each call',
      answer: `(critic, real, fake, mix) => {
        const u = tf.randomUniform([real.shape[0], 1]);
        const x = tf.add(tf.mul(u, real), tf.mul(tf.sub(1, u), fake));
        const g = tf.grad((x) => tf.sum(critic(x)))(x);
        return tf.mean(tf.square(tf.sub(tf.sqrt(tf.sum(tf.square(g), 1)), 1)));
      }`,
    },
  ],
};
