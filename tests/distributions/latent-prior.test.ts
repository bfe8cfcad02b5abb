import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { gaussianPrior, uniformPrior } from '../../src/distributions/index.js';
import { createRandom } from '../../src/random/index.js';
import { read } from '../support/close.js';
import { inScope } from '../support/in-scope.js';

inScope();

test.each([
  { name: 'gaussian', prior: gaussianPrior, variance: 1, most: 6.67, kurtosis: 3 },
  { name: 'uniform', prior: uniformPrior, variance: 1 / 3, most: 1, kurtosis: 1.8 },
])('the $name one has its mean, variance, kurtosis and bounds', async ({ prior, variance, most, kurtosis }) => {
  const values = await read(prior.sample([200, 100], createRandom(3)));
  const moment = (power: number): number => values.reduce((sum, z) => sum + z ** power, 0) / values.length;
  // four standard errors of each moment of 20,000 draws
  expect(Math.abs(moment(1))).toBeLessThan(4 * Math.sqrt(variance / values.length));
  expect(Math.abs(moment(2) / variance - 1)).toBeLessThan(4 * Math.sqrt((kurtosis - 1) / values.length));
  expect(Math.abs(moment(4) / moment(2) ** 2 / kurtosis - 1)).toBeLessThan(0.05);
  expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(most);
});

test('the uniform one has a density for each row, also of none, and the gradient 0', async () => {
  const z = tf.tensor2d([[0, 1], [0.5, -1.01], [NaN, 0]]); // prettier-ignore
  expect(await read(uniformPrior.logProb(z))).toEqual([Math.fround(-2 * Math.LN2), -Infinity, -Infinity]);
  expect(uniformPrior.logProb(tf.zeros([0, 2])).shape).toEqual([0]);
  expect(gaussianPrior.logProb(tf.zeros([0, 2])).shape).toEqual([0]);
  const gradient = tf.grad((at) => uniformPrior.logProb(at));
  expect(await read(gradient(z))).toEqual([0, 0, 0, 0, 0, 0]);
});
