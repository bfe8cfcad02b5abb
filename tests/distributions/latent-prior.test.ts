import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { gaussianPrior, uniformPrior } from '../../src/distributions/index.js';
import { createRandom } from '../../src/random/index.js';
import { read } from '../support/close.js';

beforeEach(() => {
  tf.engine().startScope();
});
afterEach(() => {
  tf.engine().endScope();
});

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
