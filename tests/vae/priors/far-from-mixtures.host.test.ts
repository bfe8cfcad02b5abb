// Not on WebGL, where tfjs's maximum of -Infinity is -1e20.
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { read } from '../../support/close.js';
import { two } from './two-gaussians.js';
import { inScope } from '../../support/in-scope.js';

inScope();

test('a mixture has the density 0 far away from all components, with gradients that are numbers up to where float32 ends', async () => {
  const far = tf.tensor2d([[0, 0], [1e30, 0], [0, -Infinity], [Infinity, Infinity], [3, 1e20], [NaN, 0]]); // prettier-ignore
  const [near, ...others] = await read(two().logProb(far));
  expect(near).toBeCloseTo(-3.7221607, 4);
  expect(others).toEqual([-Infinity, -Infinity, -Infinity, -Infinity, NaN]);
  const shares = await read(two().responsibilities(far));
  for (let row = 0; row < 5; row++) expect(shares[2 * row]! + shares[2 * row + 1]!).toBeCloseTo(1, 5);
  const gradient = await read(tf.grad((z) => two().logProb(z))(tf.slice(far, 0, 2)));
  expect(gradient.slice(0, 2).map((slope) => Number(slope.toFixed(3)))).toEqual([-0.982, 0.002]);
  expect(gradient[2]).toBeLessThan(-1e29);
  expect(gradient.every(Number.isFinite)).toBe(true);
});
