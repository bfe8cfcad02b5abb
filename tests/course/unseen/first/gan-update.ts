import type { Unseen } from '../answer.js';

export const ganUpdate: Unseen = {
  right: [
    `(generator, discriminator, real, noise, model) => {
      const fakes = model.generate(generator, noise);
      const byD = tf.grad((d) => model.discriminatorLoss(model.judge(d, real), model.judge(d, fakes)));
      const newD = tf.sub(discriminator, tf.mul(0.1, byD(discriminator)));
      const byG = tf.grad((g) => model.generatorLoss(model.judge(newD, model.generate(g, noise))));
      return { generator: tf.sub(generator, tf.mul(0.1, byG(generator))), discriminator: newD };
    }`,
    `(generator, discriminator, real, noise, model) => {
      const g = tf.variable(generator), d = tf.variable(discriminator);
      const sgd = tf.train.sgd(0.1);
      const fakeLogits = () => model.judge(d, model.generate(g, noise));
      sgd.minimize(() => model.discriminatorLoss(model.judge(d, real), fakeLogits()), false, [d]);
      sgd.minimize(() => model.generatorLoss(fakeLogits()), false, [g]);
      sgd.dispose();
      return { generator: g, discriminator: d };
    }`,
    `(generator, discriminator, real, noise, model) => {
      const descend = (weights, slope) => tf.add(weights, tf.div(slope, -10));
      const lossD = (g, d) => model.discriminatorLoss(model.judge(d, real), model.judge(d, model.generate(g, noise)));
      const [, slopeD] = tf.grads(lossD)([generator, discriminator]);
      const after = descend(discriminator, slopeD);
      const lossG = (g, d) => model.generatorLoss(model.judge(d, model.generate(g, noise)));
      const [slopeG] = tf.grads(lossG)([generator, after]);
      return { generator: descend(generator, slopeG), discriminator: after };
    }`,
    `(generator, discriminator, real, noise, model) => tf.tidy(() => {
      const batch = real.shape[0];
      const all = tf.concat([real, model.generate(generator, noise)], 0);
      const { grad } = tf.valueAndGrad((d) => {
        const [realLogits, fakeLogits] = tf.split(model.judge(d, all), [batch, noise.shape[0]], 0);
        return tf.mul(0.1, model.discriminatorLoss(realLogits, fakeLogits));
      })(discriminator);
      const moved = tf.sub(discriminator, grad);
      const step = tf.grad((g) => tf.mul(0.1, model.generatorLoss(model.judge(moved, model.generate(g, noise)))));
      return { discriminator: moved, generator: tf.sub(generator, step(generator)) };
    })`,
  ],
  wrong: [
    {
      says: 'The generator is judged by the old discriminator, and it ascends its loss.',
      mistakes: ['simultaneous', 'generatorAscends'],
      answer: `(generator, discriminator, real, noise, model) => {
        const fake = model.generate(generator, noise);
        const gradD = tf.grad((d) => model.discriminatorLoss(model.judge(d, real), model.judge(d, fake)))(discriminator);
        const gradG = tf.grad((g) => model.generatorLoss(model.judge(discriminator, model.generate(g, noise))))(generator);
        return {
          generator: tf.add(generator, tf.mul(0.1, gradG)),
          discriminator: tf.sub(discriminator, tf.mul(0.1, gradD)),
        };
      }`,
    },
    {
      says: "The generator's loss is the discriminator's with the other sign, instead of model.generatorLoss.",
      mistakes: ['minimax'],
      answer: `(generator, discriminator, real, noise, model) => {
        const loss = (g, d) => model.discriminatorLoss(model.judge(d, real), model.judge(d, model.generate(g, noise)));
        const gradD = tf.grad((d) => loss(generator, d))(discriminator);
        const newD = tf.sub(discriminator, tf.mul(0.1, gradD));
        const gradG = tf.grad((g) => tf.neg(loss(g, newD)))(generator);
        return { generator: tf.sub(generator, tf.mul(0.1, gradG)), discriminator: newD };
      }`,
    },
    {
      says: "The discriminator's loss gets real and fake logits in the wrong order.",
      mistakes: ['exchanged'],
      answer: `(generator, discriminator, real, noise, model) => {
        const fake = model.generate(generator, noise);
        const gradD = tf.grad((d) => model.discriminatorLoss(model.judge(d, fake), model.judge(d, real)))(discriminator);
        const newD = tf.sub(discriminator, tf.mul(0.1, gradD));
        const gradG = tf.grad((g) => model.generatorLoss(model.judge(newD, model.generate(g, noise))))(generator);
        return { generator: tf.sub(generator, tf.mul(0.1, gradG)), discriminator: newD };
      }`,
    },
    {
      says: 'The order is reversed: the generator steps first, and the discriminator is trained with the new fakes.',
      mistakes: ['generatorFirst'],
      answer: `(generator, discriminator, real, noise, model) => {
        const gradG = tf.grad((g) => model.generatorLoss(model.judge(discriminator, model.generate(g, noise))))(generator);
        const newG = tf.sub(generator, tf.mul(0.1, gradG));
        const fake = model.generate(newG, noise);
        const gradD = tf.grad((d) => model.discriminatorLoss(model.judge(d, real), model.judge(d, fake)))(discriminator);
        return { generator: newG, discriminator: tf.sub(discriminator, tf.mul(0.1, gradD)) };
      }`,
    },
    {
      says: 'The discriminator takes two steps before the generator takes one.',
      mistakes: ['twoSteps'],
      answer: `(generator, discriminator, real, noise, model) => {
        const fake = model.generate(generator, noise);
        const slope = tf.grad((d) => model.discriminatorLoss(model.judge(d, real), model.judge(d, fake)));
        let newD = discriminator;
        for (let k = 0; k < 2; k++) newD = tf.sub(newD, tf.mul(0.1, slope(newD)));
        const gradG = tf.grad((g) => model.generatorLoss(model.judge(newD, model.generate(g, noise))))(generator);
        return { generator: tf.sub(generator, tf.mul(0.1, gradG)), discriminator: newD };
      }`,
    },
  ],
};
