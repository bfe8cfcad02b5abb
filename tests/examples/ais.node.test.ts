import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { createRandom } from '../../src/index.js';
import { boundBothSides, exponents } from '../../examples/research/ais/ais.js';
import { linearGenerator } from '../../examples/research/ais/linear.js';
import { simulate } from '../../examples/research/ais/simulate.js';

test('exponents rise from 0 to 1', () => {
  const betas = exponents(20);
  expect([betas[0], betas[20]]).toEqual([0, 1]);
  expect(betas).toEqual([...betas].sort((a, b) => a - b));
});

test('bounds of annealed importance sampling bracket log p(x) of a linear generator', async () => {
  const random = createRandom(3);
  const { model, logDensity, dispose } = await linearGenerator(8, 1, random.fork('weights'));
  const { z, x } = simulate(model, 8, random.fork('data'));
  const { lower, upper } = await boundBothSides(model, z, x, { steps: 50, chains: 16, random });
  const rows = await x.array();
  rows.forEach((row, i) => {
    expect(lower[i]! - logDensity(row)).toBeLessThan(0.3);
    expect(logDensity(row) - upper[i]!).toBeLessThan(0.3);
  });
  const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;
  expect(Math.abs(mean(lower) - mean(rows.map(logDensity)))).toBeLessThan(0.1);
  expect(Math.abs(mean(upper) - mean(rows.map(logDensity)))).toBeLessThan(0.1);
  dispose();
  tf.dispose([z, x]);
});
