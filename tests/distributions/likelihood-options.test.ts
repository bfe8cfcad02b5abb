import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import {
  bernoulli,
  continuousBernoulli,
  discretizedLogistic,
  gaussian,
  learnedGaussian,
  type Likelihood,
} from '../../src/distributions/index.js';
import { createRandom } from '../../src/random/index.js';
import { expectClose, read } from '../support/close.js';
import { inScope } from '../support/in-scope.js';

inScope();

describe('the options of likelihoods', () => {
  test('discretizedLogistic adds its start to the parameters, and rejects one that is not finite', async () => {
    const started = discretizedLogistic({ levels: 8, start: { mean: 0.5, logScale: -2 } });
    const [x, parameters, sum] = [tf.tensor2d([[3 / 7]]), tf.tensor2d([[0.1, -1]]), tf.tensor2d([[0.6, -3]])];
    const plain = discretizedLogistic({ levels: 8, start: undefined });
    await expectClose(started.logProb(x, parameters), plain.logProb(x, sum));
    await expectClose(started.mean(parameters), plain.mean(sum));
    await expectClose(started.sample(parameters, createRandom(1)), plain.sample(sum, createRandom(1)));
    const [half, infinite] = [{ mean: 0.5 }, { mean: 0.5, logScale: -Infinity }];
    expect(() => discretizedLogistic({ levels: 8, start: half as never })).toThrow('`start.logScale` must be a number');
    expect(() => discretizedLogistic({ levels: 8, start: infinite })).toThrow('`start.logScale` must be finite');
  });

  test('say in an error how many numbers the network must output, and in which shape', () => {
    const x = tf.zeros([3, 4]);
    const advice = (likelihood: Likelihood, parameters: tf.Tensor): (() => tf.Tensor) => {
      return () => likelihood.logProb(x, parameters);
    };
    expect(advice(bernoulli, tf.zeros([3, 8]))).toThrow(
      'bernoulli.logProb: `parameters` must have shape [3, 4]; got [3, 8]. The network must output one number per number of `x`.',
    );
    expect(advice(learnedGaussian(), x)).toThrow(
      'must have shape [3, 8]; got [3, 4]. The network must output 2 numbers per number of `x`.',
    );
    expect(() => learnedGaussian().mean(tf.zeros([3, 2, 5]))).toThrow('must have shape [3, 2, ?]; got [3, 2, 5].');
  });

  test('learnedGaussian rejects a floor that is not a number, and has none for undefined', async () => {
    expect(() => learnedGaussian({ minLogVariance: NaN })).toThrow('`minLogVariance` must be finite');
    expect(() => learnedGaussian({ minLogVariance: '-6' as never })).toThrow(TypeError);
    const [x, parameters] = [tf.tensor2d([[1]]), tf.tensor2d([[0, -9]])];
    const without = learnedGaussian({ minLogVariance: undefined }).logProb(x, parameters);
    await expectClose(without, learnedGaussian().logProb(x, parameters));
  });
});

test.each([
  { logits: [-0.5, -0.2, 1e-3, 0.1, 0.5], absolute: 3e-6 },
  // the series around 0 ends at 1
  { logits: [-4, -1.001, -0.999, 0.999, 1.001, 4], absolute: 1e-4 },
])('a draw of the continuous Bernoulli inverts its distribution function: $logits', async ({ logits, absolute }) => {
  const shape: [number, number] = [logits.length, 20];
  const u = await read(createRandom(7).uniform(shape));
  const expected = u.map((share, i) => {
    const l = logits[Math.floor(i / 20)]!;
    // that of a positive logit is the mirrored draw
    const draw = Math.log1p(share * Math.expm1(-Math.abs(l))) / -Math.abs(l);
    return l > 0 ? 1 - draw : draw;
  });
  const parameters = tf.tile(tf.reshape(logits, [-1, 1]), [1, 20]);
  await expectClose(continuousBernoulli.sample(parameters, createRandom(7)), expected, { relative: 0, absolute });
});

describe('how likelihoods differ', () => {
  test('gaussian with variance 1/2 has the sum of squared errors as its data term', async () => {
    const likelihood = gaussian({ variance: 0.5 });
    const [x, means] = [tf.tensor2d([[1, 2]]), tf.tensor2d([[0, 4]])];
    const difference = tf.sub(likelihood.logProb(means, means), likelihood.logProb(x, means));
    await expectClose(difference, [1 + 4]);
  });

  test('a floor bounds the density of constant data, which has no bound without it', async () => {
    const [x, parameters] = [tf.zeros([1, 1]), tf.tensor2d([[0, -80]])];
    const free = await read(learnedGaussian().logProb(x, parameters));
    const bounded = await read(learnedGaussian({ minLogVariance: -6 }).logProb(x, parameters));
    expect(free[0]).toBeGreaterThan(39);
    expect(bounded[0]).toBeCloseTo(3 - 0.5 * Math.log(2 * Math.PI), 4);
  });

  test('for black and white pixels bernoulli and continuousBernoulli differ only by the constant', async () => {
    const logits = tf.tensor2d([[2], [2]]);
    const x = tf.tensor2d([[0], [1]]);
    const difference = await read(tf.sub(continuousBernoulli.logProb(x, logits), bernoulli.logProb(x, logits)));
    expect(difference[0]).toBeGreaterThan(0.5);
    expect(difference[0]).toBeCloseTo(difference[1]!, 5);
  });

  test('bernoulli takes grey pixels as the expectation over pixels drawn from them', async () => {
    const logProb = await read(bernoulli.logProb(tf.tensor2d([[0.3], [1], [0]]), tf.fill([3, 1], 1.3)));
    const [grey, white, black] = logProb as [number, number, number];
    expect(grey).toBeCloseTo(0.3 * white + 0.7 * black, 5);
  });

  test('discretizedLogistic is a probability: its logarithm is below 0 for every scale', async () => {
    const likelihood = discretizedLogistic({ levels: 256 });
    const scales = [-20, -12, -5, 0, 10];
    const parameters = tf.tensor2d(scales.map((scale) => [100 / 255, scale]));
    const logProb = await read(likelihood.logProb(tf.fill([scales.length, 1], 100 / 255), parameters));
    for (const value of logProb) expect(value).toBeLessThanOrEqual(0);
    expect(logProb[0]).toBeCloseTo(0, 6);
  });
});
