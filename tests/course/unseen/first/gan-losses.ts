import type { Unseen } from '../answer.js';

export const ganLosses: Unseen = {
  right: [
    `(realLogits, fakeLogits) => {
      const bce = (labels, logits) => tf.losses.sigmoidCrossEntropy(labels, logits);
      const ones = tf.onesLike(fakeLogits), zeros = tf.zerosLike(fakeLogits);
      return {
        discriminator: tf.add(bce(tf.onesLike(realLogits), realLogits), bce(zeros, fakeLogits)),
        minimax: tf.neg(bce(zeros, fakeLogits)),
        nonSaturating: bce(ones, fakeLogits),
      };
    }`,
    `(real, fake) => {
      const nonSaturating = tf.mean(tf.softplus(tf.neg(fake)));
      const minimax = tf.neg(tf.add(nonSaturating, tf.mean(fake)));
      return { nonSaturating, minimax, discriminator: tf.sub(tf.mean(tf.softplus(tf.neg(real))), minimax) };
    }`,
    `(realLogits, fakeLogits) => {
      const logD = (logits) => tf.sub(tf.minimum(logits, 0), tf.log1p(tf.exp(tf.neg(tf.abs(logits)))));
      const average = (numbers) => tf.div(tf.sum(numbers), numbers.size);
      const minimax = average(logD(tf.neg(fakeLogits)));
      return {
        discriminator: tf.neg(tf.add(average(logD(realLogits)), minimax)),
        minimax,
        nonSaturating: tf.neg(average(logD(fakeLogits))),
      };
    }`,
    `(realLogits, fakeLogits) => {
      const signed = tf.concat([realLogits, tf.neg(fakeLogits), fakeLogits]);
      const [real, notReal, fooled] = tf.split(tf.logSigmoid(signed),
        [realLogits.shape[0], fakeLogits.shape[0], fakeLogits.shape[0]]).map((part) => tf.mean(part));
      return { discriminator: tf.sub(tf.neg(real), notReal), minimax: notReal, nonSaturating: tf.mul(-1, fooled) };
    }`,
  ],
  wrong: [
    {
      says: 'Tensors have no chained methods here: sigmoid is a function of tf.',
      mistakes: [],
      measured: 'realLogits.sigmoid is not a function',
      answer: `(realLogits, fakeLogits) => {
        const real = realLogits.sigmoid(), fake = fakeLogits.sigmoid();
        return {
          discriminator: real.log().mean().neg().sub(tf.scalar(1).sub(fake).log().mean()),
          minimax: tf.scalar(1).sub(fake).log().mean(),
          nonSaturating: fake.log().mean().neg(),
        };
      }`,
    },
    {
      says: "The discriminator's loss is one mean over real data and fakes together, not the sum of two means.",
      mistakes: ['together'],
      answer: `(realLogits, fakeLogits) => ({
        discriminator: tf.mean(tf.concat([tf.softplus(tf.neg(realLogits)), tf.softplus(fakeLogits)])),
        minimax: tf.neg(tf.mean(tf.softplus(fakeLogits))),
        nonSaturating: tf.mean(tf.softplus(tf.neg(fakeLogits))),
      })`,
    },
    {
      says: 'The discriminator has the labels of real and fake swapped, and all losses are sums instead of means.',
      mistakes: ['labelsSwapped', 'sumOverBatch'],
      answer: `(realLogits, fakeLogits) => ({
        discriminator: tf.add(tf.sum(tf.softplus(realLogits)), tf.sum(tf.softplus(tf.neg(fakeLogits)))),
        minimax: tf.neg(tf.sum(tf.softplus(fakeLogits))),
        nonSaturating: tf.sum(tf.softplus(tf.neg(fakeLogits))),
      })`,
    },
    {
      says: 'The labels of real data are smoothed to 0.9.',
      mistakes: ['smoothed'],
      answer: `(realLogits, fakeLogits) => {
        const bce = (label, logits) => tf.losses.sigmoidCrossEntropy(tf.fill(logits.shape, label), logits);
        return {
          discriminator: tf.add(bce(0.9, realLogits), bce(0, fakeLogits)),
          minimax: tf.neg(bce(0, fakeLogits)),
          nonSaturating: bce(1, fakeLogits),
        };
      }`,
    },
    {
      says: 'The minimax loss has the wrong sign, and a small number in the logarithm bounds the losses of large logits.',
      mistakes: ['minimaxSign'],
      measured: '`discriminator` is too near 0',
      answer: `(realLogits, fakeLogits) => {
        const log = (p) => tf.log(tf.add(p, 1e-8));
        const real = tf.sigmoid(realLogits), fake = tf.sigmoid(fakeLogits);
        const lossFake = tf.neg(tf.mean(log(tf.sub(1, fake))));
        return {
          discriminator: tf.add(tf.neg(tf.mean(log(real))), lossFake),
          minimax: lossFake,
          nonSaturating: tf.neg(tf.mean(log(fake))),
        };
      }`,
    },
  ],
};
