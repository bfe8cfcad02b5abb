import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bernoulli, continuousBernoulli, gaussian, type Likelihood } from '../../src/distributions/index.js';
import { createRandom } from '../../src/random/index.js';
import { checkLikelihood, checkNoLeaks, type LikelihoodCheck } from '../../src/testing/index.js';

beforeEach(() => {
  tf.engine().startScope();
});
afterEach(() => {
  tf.engine().endScope();
});

const unit = { from: 0, to: 1 };
const options = (): LikelihoodCheck => ({
  x: tf.tensor3d([0.2, 0.7, 0.5, 0.9, 0.1, 0.6, 0.3, 0.8], [2, 2, 2]),
  parameters: tf.tensor3d([-1, 2, 0.5, 0, 3, -2, 1, 0.1], [2, 2, 2]),
  random: createRandom(1),
  support: unit,
});

/** The continuous Bernoulli with one law broken. */
const broken = (part: Partial<Likelihood>): Likelihood => ({ ...continuousBernoulli, ...part });
const { logProb, mean, sample } = continuousBernoulli;

describe('checkLikelihood', () => {
  test('passes a correct likelihood and leaves no tensor behind', async () => {
    const own = options();
    await checkNoLeaks(() => checkLikelihood(continuousBernoulli, own));
  });

  test.each([
    {
      law: 'a density that does not integrate to 1',
      likelihood: bernoulli,
      sentence: /must have the total probability 1 for the parameters \[-?\d.*Add the normalising constant/,
    },
    {
      law: 'one log-probability per number',
      likelihood: broken({ logProb: (x, l) => tf.tidy(() => tf.neg(tf.abs(tf.sub(x, l)))) }),
      sentence:
        /`logProb\(x, parameters\)` must have shape \[2\]; got \[2, 2, 2\]\. Sum over all axes except the first/,
    },
    {
      law: 'examples that know of each other',
      likelihood: broken({ logProb: (x, l) => tf.tidy(() => tf.add(logProb(x, l), tf.mean(x))) }),
      sentence: /must be \S+ for example 0 of the batch, as for a batch of that example alone/,
    },
    {
      law: 'a gradient that is not that of the value',
      likelihood: broken({
        logProb: (x, l) =>
          tf.customGrad((y) => ({
            value: logProb(y as tf.Tensor, l),
            gradFunc: (dy: tf.Tensor) => tf.mul(tf.reshape(dy, [-1, 1, 1]), tf.mul(1.1, l)),
          }))(x),
      }),
      sentence: /must have the derivative \S+ in x at/,
    },
    {
      law: 'a mean that is not that of the samples',
      likelihood: broken({ mean: (l) => tf.sigmoid(l) }),
      sentence: /`likelihood.mean` must be near \S+, the average of 2000 samples/,
    },
    {
      law: 'samples of hidden randomness',
      likelihood: broken({ sample: (l) => tf.tidy(() => tf.add(tf.mul(0, l), Math.random())) }),
      sentence: /`likelihood.sample` must draw the same numbers from the same state of the stream/,
    },
    {
      law: 'a sample of another shape',
      likelihood: broken({ sample: (l, random) => tf.tidy(() => tf.sum(sample(l, random), 1)) }),
      sentence: /`sample\(parameters, random\)` must have shape \[2, 2, 2\]; got \[2, 2\]/,
    },
    {
      law: 'a tensor left behind',
      likelihood: broken({ mean: (l) => tf.mul(1, mean(l)) }),
      sentence: /must leave numTensors/,
    },
  ])('finds $law', async ({ likelihood, sentence }) => {
    await expect(checkLikelihood(likelihood, options())).rejects.toThrow(sentence);
  });

  test('needs no support, and rejects what is not a likelihood', async () => {
    const own = options();
    await checkLikelihood(gaussian({ variance: 1 }), { ...own, support: undefined });
    await expect(checkLikelihood({} as never, own)).rejects.toThrow('`likelihood` must be a record with logProb, mean, sample');
    await expect(checkLikelihood(bernoulli, { ...own, samples: 1 })).rejects.toThrow('`samples` must be an integer');
  });
});
