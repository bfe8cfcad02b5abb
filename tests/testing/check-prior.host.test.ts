import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { createRandom, gaussianLogProb, type LatentPrior } from '../../src/index.js';
import { checkPrior } from '../../src/testing/index.js';
import { inScope } from '../support/in-scope.js';

inScope();

test('checkPrior accepts a prior that is written with operations of tfjs, as in the guide', async () => {
  const random = createRandom(2);
  const twoModes: LatentPrior = {
    sample: (shape, stream) =>
      tf.tidy(() => {
        const sides = tf.greater(stream.uniform([shape[0]!, 1]), 0.5);
        return tf.add(stream.normal(shape), tf.where(sides, 2, -2));
      }),
    logProb: (at) =>
      tf.tidy(() => {
        const of = (m: number) => gaussianLogProb(at, { mean: tf.fill([1, 2], m), logVariance: tf.zeros([1, 2]) });
        return tf.sub(tf.logSumExp(tf.stack([of(2), of(-2)]), 0), Math.log(2));
      }),
  };
  await checkPrior(twoModes, { z: random.normal([2, 2]), random, range: [-8, 8] });
});

describe('checkPrior rejects a prior', () => {
  const random = () => createRandom(5);
  const z = () => random().normal([3, 2]);
  const zeros = () => tf.zeros([1, 2]);
  const density = (at: tf.Tensor) => tf.tidy(() => gaussianLogProb(at, { mean: zeros(), logVariance: zeros() }));
  const good: LatentPrior = { sample: (shape, stream) => stream.normal(shape), logProb: density };

  test.each<[string, Partial<LatentPrior>, RegExp]>([
    ['that is not normalised', { logProb: (at) => tf.tidy(() => tf.add(density(at), 0.1)) }, /integral 1/],
    [
      'that draws wider samples',
      { sample: (shape, stream) => tf.tidy(() => tf.mul(1.2, stream.normal(shape))) },
      /squared/,
    ],
    [
      'that draws other regions with the same moments',
      { sample: (shape, stream) => stream.uniform(shape, -Math.sqrt(3), Math.sqrt(3)) },
      /samples in region/,
    ],
    ['whose rows depend on each other', { logProb: (at) => tf.tidy(() => tf.add(density(at), tf.mean(at))) }, /row 0/],
    [
      'whose gradient is wrong',
      {
        logProb: (at) =>
          tf.customGrad((x) => ({ value: density(x as tf.Tensor), gradFunc: () => tf.zerosLike(x as tf.Tensor) }))(at),
      },
      /derivative/,
    ],
    ['whose samples are not from the stream', { sample: (shape) => tf.randomNormal([...shape]) }, /same state/],
    [
      'whose Gaussians are others',
      { blocks: () => [{ mean: tf.ones([1, 2]), logVariance: zeros() }] },
      /multiply to the log-density/,
    ],
  ])('%s', async (_, change, says) => {
    const check = { z: z(), random: random(), range: [-8, 8] } as const;
    await checkPrior(good, check);
    await expect(checkPrior({ ...good, ...change }, check)).rejects.toThrow(says);
  });
});
