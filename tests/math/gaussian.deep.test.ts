import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  gaussianEntropy,
  gaussianKl,
  gaussianLogProb,
  reparameterize,
  type DiagonalGaussian,
} from '../../src/distributions/index.js';
import { createRandom } from '../../src/random/index.js';
import { expectOracle, read } from '../support/close.js';
import { meanAndError } from './mean-and-error.js';
import { inScope } from '../support/in-scope.js';

inScope();

const q = (): DiagonalGaussian => ({ mean: tf.tensor2d([[0.5, -1, 0]]), logVariance: tf.tensor2d([[-1, 0.5, 0]]) });
const p = (): DiagonalGaussian => ({ mean: tf.tensor2d([[0, 0.3, -0.2]]), logVariance: tf.tensor2d([[0.2, 1, -0.4]]) });
const zeros = () => tf.zeros([1, 3]);
const standard = (): DiagonalGaussian => ({ mean: zeros(), logVariance: zeros() });
const SAMPLES = 20_000;

/** E_q of f from many samples, with its standard error. */
async function expectation(gaussian: DiagonalGaussian, f: (z: Tensor) => Tensor) {
  const noise = createRandom(17).normal([SAMPLES, ...gaussian.mean.shape]);
  const z = tf.reshape(reparameterize(gaussian, noise), [SAMPLES, gaussian.mean.size]);
  return meanAndError(await read(f(z)));
}

async function expectWithinFourErrors(value: Tensor, estimate: { mean: number; error: number }): Promise<void> {
  const [exact] = await read(value);
  expect(estimate.error).toBeGreaterThan(0);
  expect(Math.abs(exact! - estimate.mean)).toBeLessThan(4 * estimate.error);
}

describe('by Monte Carlo with 20,000 samples, within four standard errors', () => {
  test.each([
    { name: 'another Gaussian', prior: p },
    { name: 'N(0, I)', prior: undefined },
  ])('the divergence from $name is E[log q - log p]', async ({ prior }) => {
    const [own, other] = [q(), prior?.()];
    const reference = other ?? standard();
    const ratio = (z: Tensor) => tf.sub(gaussianLogProb(z, own), gaussianLogProb(z, reference));
    await expectWithinFourErrors(gaussianKl(own, other), await expectation(own, ratio));
  });

  test('the entropy is -E[log q]', async () => {
    const own = q();
    const surprise = await expectation(own, (z) => tf.neg(gaussianLogProb(z, own)));
    await expectWithinFourErrors(gaussianEntropy(own), surprise);
  });

  test('a reparameterized sample has the mean and the variance it should have', async () => {
    const own = { mean: tf.tensor2d([[2]]), logVariance: tf.tensor2d([[1.5]]) };
    await expectWithinFourErrors(own.mean, await expectation(own, (z) => tf.reshape(z, [-1])));
    const spread = await expectation(own, (z) => tf.reshape(tf.square(tf.sub(z, 2)), [-1]));
    await expectWithinFourErrors(tf.exp(own.logVariance), spread);
  });
});

test('the log-density integrates to 1', async () => {
  const points = Array.from({ length: 4001 }, (_, i) => -10 + i / 200);
  const gaussian = { mean: tf.tensor2d([[0.4]]), logVariance: tf.tensor2d([[-2]]) };
  const logProb = await read(gaussianLogProb(tf.tensor2d(points, [points.length, 1]), gaussian));
  const integral = logProb.reduce((sum, value) => sum + Math.exp(value) / 200, 0);
  expect(Math.abs(integral - 1)).toBeLessThan(1e-5);
});

/** Pairs of Gaussians of five dimensions, all in one batch. */
function gaussians(count: number): { own: DiagonalGaussian; other: DiagonalGaussian } {
  const number = fc.double({ min: -3, max: 3, noNaN: true });
  const row = fc.array(number, { minLength: 5, maxLength: 5 });
  const rows = fc.sample(fc.tuple(row, row, row, row), { seed: 20, numRuns: count });
  const [mean, logVariance, otherMean, otherLogVariance] = [0, 1, 2, 3].map((i) =>
    tf.tensor2d(rows.map((own) => own[i]!)),
  );
  return {
    own: { mean: mean!, logVariance: logVariance! },
    other: { mean: otherMean!, logVariance: otherLogVariance! },
  };
}

describe('for any two Gaussians', () => {
  test('KL(q || p) = -H(q) - E_q[log p], the expectation in closed form', async () => {
    const { own, other } = gaussians(100);
    const spread = tf.sum(tf.exp(tf.sub(own.logVariance, other.logVariance)), 1);
    const crossTerm = tf.sub(gaussianLogProb(own.mean, other), tf.mul(0.5, spread));
    const expected = tf.neg(tf.add(gaussianEntropy(own), crossTerm));
    await expectOracle(gaussianKl(own, other), expected, { relative: 1e-5, absolute: 1e-4 });
  });

  test('the divergence is at least 0, and 0 from the Gaussian itself', async () => {
    const { own, other } = gaussians(200);
    for (const value of await read(gaussianKl(own, other))) expect(value).toBeGreaterThan(-1e-5);
    await expectOracle(gaussianKl(own, own), new Array<number>(200).fill(0), { absolute: 1e-5 });
  });

  test('the divergence is above 0 as soon as one number differs', async () => {
    const { own } = gaussians(50);
    const step = tf.oneHot(
      tf.tensor1d(
        Array.from({ length: 50 }, (_, i) => i % 5),
        'int32',
      ),
      5,
    );
    const moved = tf.mul(0.1, tf.cast(step, 'float32'));
    const shifted = {
      mean: tf.add(own.mean, tf.mul(moved, tf.exp(tf.mul(0.5, own.logVariance)))),
      logVariance: own.logVariance,
    };
    const wider = { mean: own.mean, logVariance: tf.add(own.logVariance, moved) };
    // 0.1^2 / 2; and (0.1 + exp(-0.1) - 1) / 2 where the prior is the wider one
    await expectOracle(gaussianKl(own, shifted), new Array<number>(50).fill(0.005), { relative: 1e-2 });
    await expectOracle(gaussianKl(own, wider), new Array<number>(50).fill((0.1 + Math.exp(-0.1) - 1) / 2), {
      relative: 1e-2,
    });
  });
});
