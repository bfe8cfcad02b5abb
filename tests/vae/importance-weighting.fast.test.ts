import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { bernoulli, gaussian, uniformPrior } from '../../src/distributions/index.js';
import { createRandom } from '../../src/random/index.js';
import { ShapeError } from '../../src/tensor/errors.js';
import {
  createDecoder,
  createGaussianEncoder,
  estimateLogLikelihood,
  importanceWeightedBound,
} from '../../src/vae/index.js';
import { expectClose, read } from '../support/close.js';
import { fixed } from './parts.js';
import { checkGradients, checkNoLeaks, checkSecondGradients } from '../support/checks.js';
import { inScope } from '../support/in-scope.js';

inScope();

describe('importanceWeightedBound', () => {
  test('is the logarithm of the mean weight of each example', async () => {
    const weights = tf.tensor2d([
      [1, 5],
      [3, 5],
    ]);
    await expectClose(importanceWeightedBound(tf.log(weights)), [Math.log(2), Math.log(5)]);
  });

  // WebGL makes large numbers of infinities
  test.skipIf(tf.getBackend() === 'webgl')(
    'is -Infinity where all weights are zero, and infinite where one is',
    async () => {
      const weights = tf.tensor2d([[-Infinity, Infinity, -Infinity], [-Infinity, 0, 0]]); // prettier-ignore
      expect(await read(importanceWeightedBound(weights))).toEqual([-Infinity, Infinity, -Math.fround(Math.LN2)]);
    },
  );

  test('is the weight itself for one sample', async () => {
    await expectClose(importanceWeightedBound(tf.tensor2d([[-700, 3]])), [-700, 3]);
  });

  test('neither overflows nor underflows, and a constant passes through it', async () => {
    const logWeights = createRandom(1).normal([6, 3]);
    const bound = await read(importanceWeightedBound(logWeights));
    for (const constant of [-1e4, 1e4]) {
      const shifted = importanceWeightedBound(tf.add(logWeights, constant));
      await expectClose(
        shifted,
        bound.map((value) => value + constant),
        { relative: 1e-6 },
      );
    }
  });

  test('lies between the mean and the largest of the log-weights', async () => {
    const logWeights = tf.mul(3, createRandom(2).normal([5, 40]));
    const [mean, bound, greatest] = await Promise.all(
      [tf.mean(logWeights, 0), importanceWeightedBound(logWeights), tf.max(logWeights, 0)].map(read),
    );
    bound!.forEach((value, i) => {
      expect(value).toBeGreaterThanOrEqual(mean![i]! - 1e-5);
      expect(value).toBeLessThanOrEqual(greatest![i]! + 1e-5);
    });
  });

  test('weights the samples by their share in its gradient, up to the second derivative', async () => {
    const logWeights = tf.log(tf.tensor2d([[1], [3], [4]]));
    await expectClose(tf.grad((w) => tf.sum(importanceWeightedBound(w)))(logWeights), [1 / 8, 3 / 8, 4 / 8]);
    const wide = createRandom(3).normal([4, 2]);
    await checkGradients((w) => importanceWeightedBound(w), [wide]);
    await checkSecondGradients((w) => tf.grad((v) => importanceWeightedBound(v))(w), [wide]);
  });

  test('rejects another rank, and leaves no tensor behind', async () => {
    expect(() => importanceWeightedBound(tf.zeros([3]))).toThrow(ShapeError);
    const logWeights = tf.zeros([3, 2]);
    await checkNoLeaks(() => importanceWeightedBound(logWeights));
  });
});

describe('estimateLogLikelihood', () => {
  const encoder = createGaussianEncoder(
    fixed((x) => tf.concat([x, tf.zerosLike(x)], 1)),
    { latentSize: 2 },
  );
  const decoder = createDecoder(
    fixed((z) => z),
    { likelihood: gaussian({ variance: 1 }) },
  );
  const x = () => createRandom(1).uniform([3, 2]);

  test('gives the same numbers from the same stream', async () => {
    const estimate = (seed: number) =>
      estimateLogLikelihood({ encoder, decoder }, x(), { samples: 20, random: createRandom(seed) });
    expect(await estimate(1)).toEqual(await estimate(1));
    expect(await estimate(1)).not.toEqual(await estimate(2));
  });

  test('passes the condition to both parts, one row per sample', async () => {
    const rows: number[] = [];
    const look = (part: 'encoder' | 'decoder') =>
      fixed((input, options) => {
        rows.push(options?.condition?.shape[0] ?? 0);
        return part === 'encoder' ? tf.concat([input, input], 1) : input;
      });
    const parts = {
      encoder: createGaussianEncoder(look('encoder'), { latentSize: 2 }),
      decoder: createDecoder(look('decoder'), { likelihood: bernoulli }),
    };
    const condition = tf.tensor1d([0, 1, 2], 'int32');
    await estimateLogLikelihood(parts, x(), { samples: 4, random: createRandom(1), condition });
    expect(rows).toEqual([3, 12]);
  });

  test('has at most as many effective samples as samples, and at least one', async () => {
    const random = createRandom(5);
    const { effectiveSampleSize } = await estimateLogLikelihood({ encoder, decoder }, x(), { samples: 50, random });
    expect(effectiveSampleSize).toBeGreaterThan(1);
    expect(effectiveSampleSize).toBeLessThan(50);
  });

  test('survives samples that are impossible under the model', async () => {
    // log p(x|z) is -Infinity for the very first samples and 0 for the rest.
    let first = true;
    const picky = {
      ...bernoulli,
      logProb: (data: tf.Tensor) => {
        const rows = data.shape[0];
        const values = Array.from({ length: rows }, (_, i) => (first && i < rows / 2 ? -Infinity : 0));
        first = false;
        return tf.tensor1d(values);
      },
    };
    const parts = {
      encoder: createGaussianEncoder(
        fixed((input) => tf.concat([tf.zerosLike(input), tf.zerosLike(input)], 1)),
        {
          latentSize: 2,
        },
      ),
      decoder: createDecoder(
        fixed((z) => z),
        { likelihood: picky },
      ),
    };
    const { nats } = await estimateLogLikelihood(parts, x(), { samples: 2, random: createRandom(1) });
    // The posterior is the prior, so that each possible sample has weight 1: half of them.
    expect(nats).toBeCloseTo(Math.log(1 / 2), 5);
  });

  test('of data without any mass under the prior is -Infinity, with an effective sample size of 0', async () => {
    const far = {
      encoder,
      decoder,
      prior: { ...uniformPrior, logProb: (z: tf.Tensor) => tf.fill([z.shape[0]], -Infinity) },
    };
    const estimate = await estimateLogLikelihood(far, x(), { samples: 4, random: createRandom(1) });
    expect(estimate).toMatchObject({ nats: -Infinity, effectiveSampleSize: 0, standardError: Infinity });
  });

  test('rejects integers, no samples and no stream, and leaves no tensor behind', async () => {
    const parts = { encoder, decoder };
    const [data, random] = [x(), createRandom(1)];
    const bytes = tf.cast(data, 'int32');
    await expect(estimateLogLikelihood(parts, bytes, { samples: 1, random })).rejects.toThrow('`x` must be float32');
    await expect(estimateLogLikelihood(parts, data, { samples: 0, random })).rejects.toThrow(
      'must be a positive integer',
    );
    await expect(estimateLogLikelihood(parts, data, { samples: 1 } as never)).rejects.toThrow(
      '`random` must be a random',
    );
    await checkNoLeaks(() => estimateLogLikelihood(parts, data, { samples: 1500, random }).then(() => undefined));
    const broken = createDecoder(
      fixed(() => tf.zeros([7])),
      { likelihood: bernoulli },
    );
    await checkNoLeaks(() =>
      expect(estimateLogLikelihood({ encoder, decoder: broken }, data, { samples: 2, random })).rejects.toThrow(
        ShapeError,
      ),
    );
  });
});
