import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { bernoulli, continuousBernoulli, gaussian, type Likelihood } from '../../src/distributions/index.js';
import { createRandom } from '../../src/random/index.js';
import { checkLikelihood, checkNoLeaks, type LikelihoodCheck } from '../../src/testing/index.js';
import { inScope } from '../support/in-scope.js';

inScope();

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
      sentence: /must be \S+ for row 0, as for a batch of that row only/,
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

  describe('of data that are discrete', () => {
    const values = [0, 1, 2];
    /** Three levels by their logits, looked up by the data as integers: no derivative in x. */
    const categorical: Likelihood = {
      parameterSize: 3,
      logProb: (x, logits) =>
        tf.tidy(() => tf.sum(tf.mul(tf.oneHot(tf.cast(x, 'int32'), 3), tf.logSoftmax(levels(logits))), [1, 2])),
      mean: (logits) => tf.tidy(() => tf.sum(tf.mul(tf.softmax(levels(logits)), values), -1)),
      sample: (logits, random) =>
        tf.tidy(() => {
          const all = levels(logits);
          const noise = tf.neg(tf.log(tf.neg(tf.log(random.uniform(all.shape, 2 ** -25, 1)))));
          return tf.cast(tf.argMax(tf.add(all, noise), -1), 'float32');
        }),
    };
    /** From blocks, `[batch, 3 * channels]`, to `[batch, channels, 3]`. */
    const levels = (logits: tf.Tensor): tf.Tensor =>
      tf.transpose(tf.reshape(logits, [logits.shape[0], 3, -1]), [0, 2, 1]);
    const counts = (): LikelihoodCheck => ({
      x: tf.tensor2d([0, 2, 1, 2], [2, 2]),
      parameters: tf.tensor2d([-1, 2, 0.5, 0, 1, -2, 1, 0.1, 0.4, -0.3, 0, 0.7], [2, 6]),
      random: createRandom(1),
      support: { values },
    });

    test('asks for no derivative in x', async () => {
      const own = counts();
      await checkNoLeaks(() => checkLikelihood(categorical, own));
      await expect(checkLikelihood(categorical, { ...own, support: undefined })).rejects.toThrow(
        /must have the derivative \S+ in x at .* If x is discrete, list its values: `support: \{ values \}`\.$/,
      );
    });

    test.each([
      {
        law: 'probabilities that do not add up to 1',
        part: { logProb: (x, l) => tf.tidy(() => tf.add(categorical.logProb(x, l), 0.1)) },
        sentence: /must have the total probability 1 for the parameters \[-1, 0.5, 1\]/,
      },
      {
        law: 'a gradient in the parameters that is not that of the value',
        part: {
          logProb: (x, l) => {
            const scaled = tf.customGrad((y) => ({
              value: tf.clone(y as tf.Tensor),
              gradFunc: (dy) => tf.mul(1.1, dy),
            }));
            return tf.tidy(() => categorical.logProb(x, scaled(l)));
          },
        },
        sentence: /must have the derivative \S+ in parameters at/,
      },
      {
        law: 'a mean that is not that of the samples',
        part: { mean: (l) => tf.tidy(() => tf.cast(tf.argMax(levels(l), -1), 'float32')) },
        sentence: /`likelihood.mean` must be near/,
      },
    ] as { law: string; part: Partial<Likelihood>; sentence: RegExp }[])('finds $law', async ({ part, sentence }) => {
      await expect(checkLikelihood({ ...categorical, ...part }, counts())).rejects.toThrow(sentence);
    });
  });

  test('needs no support, and rejects values that are not likelihoods', async () => {
    const own = options();
    await checkLikelihood(gaussian({ variance: 1 }), { ...own, support: undefined });
    await expect(checkLikelihood({} as never, own)).rejects.toThrow(
      '`likelihood` must be a record with logProb, mean, sample',
    );
    await expect(checkLikelihood(bernoulli, { ...own, samples: 1 })).rejects.toThrow('`samples` must be an integer');
  });
});
