import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { gaussianKl } from '../../src/distributions/index.js';
import { createRandom } from '../../src/random/index.js';
import { ShapeError } from '../../src/tensor/errors.js';
import { activeUnits, klPerDimension } from '../../src/vae/index.js';
import { expectClose } from '../support/close.js';
import { checkNoLeaks } from '../support/checks.js';
import { inScope } from '../support/in-scope.js';

inScope();

describe('klPerDimension', () => {
  test('has the mean of gaussianKl as its sum', async () => {
    const posterior = { mean: createRandom(1).normal([6, 4]), logVariance: createRandom(2).normal([6, 4]) };
    const kl = klPerDimension(posterior);
    expect(kl.shape).toEqual([4]);
    await expectClose(tf.sum(kl), tf.mean(gaussianKl(posterior)));
  });

  test('is the information in each dimension: 0 for one that equals the prior', async () => {
    const posterior = {
      mean: tf.tensor2d([
        [1, 0],
        [3, 0],
      ]),
      logVariance: tf.zeros([2, 2]),
    };
    await expectClose(klPerDimension(posterior), [(0.5 + 4.5) / 2, 0]);
    await checkNoLeaks(() => klPerDimension(posterior));
    const images = { mean: tf.zeros([2, 3, 3]), logVariance: tf.zeros([2, 3, 3]) };
    expect(() => klPerDimension(images)).toThrow(ShapeError);
  });
});

describe('activeUnits', () => {
  const means = () =>
    tf.tensor2d([
      [-1, 5, 0.05, 0],
      [1, 5, -0.05, 0.2],
      [1, 5, 0.05, 0],
      [-1, 5, -0.05, 0.2],
    ]);

  test('counts the dimensions whose mean varies by more than 0.01', async () => {
    const { count, active, variances } = await activeUnits(means());
    expect(active.slice(0, 3)).toEqual([true, false, false]);
    expect(count).toBe(active.filter(Boolean).length);
    await expectClose(variances, [1, 0, 0.0025, 0.01], { relative: 1e-5 });
  });

  test('takes another threshold', async () => {
    expect((await activeUnits(means(), { threshold: 0.002 })).count).toBe(3);
    expect((await activeUnits(means(), { threshold: 1.5 })).count).toBe(0);
  });

  test('rejects one example, another rank and a threshold below 0, and leaves no tensor behind', async () => {
    await expect(activeUnits(tf.zeros([1, 3]))).rejects.toThrow('A variance needs at least two examples');
    await expect(activeUnits(tf.zeros([3]))).rejects.toBeInstanceOf(ShapeError);
    await expect(activeUnits(means(), { threshold: -1 })).rejects.toThrow('`threshold` must be finite and at least 0');
    const own = means();
    await checkNoLeaks(() => activeUnits(own).then(() => undefined));
  });
});
