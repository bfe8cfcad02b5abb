import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { createMixturePrior, createRandom, gaussianLogProb, gaussianPrior, latentKl } from '../../../src/index.js';
import { meanAndError } from '../../math/mean-and-error.js';
import { checkGradients, checkNoLeaks, checkSecondGradients } from '../../support/checks.js';
import { expectClose, read } from '../../support/close.js';
import { always } from '../parts.js';
import { two } from './two-gaussians.js';
import { inScope } from '../../support/in-scope.js';

inScope();

const random = () => createRandom(1);
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('createMixturePrior', () => {
  test('has the log-density and the gradient of an example in float64', async () => {
    const prior = two();
    const z = tf.tensor2d([
      [0, 0],
      [2, 1],
      [-1, 3],
    ]);
    await expectClose(prior.logProb(z), [-3.7221607, -1.4312896, -7.7241703], { absolute: 2e-6 });
    const gradient = tf.grad((at) => tf.sum(prior.logProb(at)))(tf.zeros([1, 2]));
    await expectClose(gradient, [-0.9819214, 0.0020087], { absolute: 2e-6 });
  });

  test('with one component is a Gaussian, and with equal components the same', async () => {
    const [means, logVariances] = [random().normal([1, 3]), random().fork('l').normal([1, 3])];
    const z = random().fork('z').normal([5, 3]);
    const expected = await read(gaussianLogProb(z, { mean: means, logVariance: logVariances }));
    for (const components of [1, 7]) {
      const each = (row: tf.Tensor) => tf.tile(row, [components, 1]);
      const prior = createMixturePrior({
        components,
        latentSize: 3,
        random: random(),
        means: each(means),
        logVariances: each(logVariances),
        weights: tf.add(1, tf.div(tf.range(0, components), 7)),
      });
      await expectClose(prior.logProb(z), expected, { relative: 1e-5, absolute: 1e-5 });
    }
  });

  test('depends neither on a constant added to all logits, nor on the order of components', async () => {
    const z = random().normal([5, 2]);
    const prior = two();
    const expected = await read(prior.logProb(z));
    for (const variable of prior.variables.slice(0, 2)) variable.assign(tf.reverse(variable, 0));
    prior.variables[2]!.assign(tf.add(tf.reverse(prior.variables[2]!, 0), 30));
    await expectClose(prior.logProb(z), expected, { absolute: 2e-5 });
  });

  test('is right to 1e-4 nats with 500 components in 40 dimensions, at log-variances down to -6, in pieces as well', async () => {
    // WebGPU, wasm and cpu have the pieces: a software GPU takes eight seconds for them by WebGL
    const [components, size, rows] = [500, 40, tf.getBackend() === 'webgl' ? 20 : 230];
    const stream = random();
    const means = stream.normal([components, size]);
    const logVariances = stream.uniform([components, size], -6, -4);
    const chosen = tf.range(0, rows, 1, 'int32');
    const gaussianOf = { mean: tf.gather(means, chosen), logVariance: tf.gather(logVariances, chosen) };
    const z = tf.add(gaussianOf.mean, tf.mul(tf.exp(tf.mul(0.5, gaussianOf.logVariance)), stream.normal([rows, size])));
    const prior = createMixturePrior({ components, latentSize: size, random: stream, means, logVariances });
    const [got, points, m, l] = await Promise.all([prior.logProb(z), z, means, logVariances].map(read));
    const worst = got!.map((value, n) => Math.abs(value - exact(points!.slice(n * size, (n + 1) * size), m!, l!)));
    expect(Math.max(...worst)).toBeLessThan(1e-4);
  });

  test('has correct gradients at log-variances of -6, 20 deviations away, up to the second order', async () => {
    const prior = createMixturePrior({
      components: 2,
      latentSize: 1,
      random: random(),
      means: [[0], [0.3]],
      logVariances: [[-6], [-6]],
    });
    const z = tf.tensor2d([[0.02], [0.16], [1]]);
    const options = { step: 2 ** -9, relative: 5e-3, absolute: 5e-2 };
    await checkGradients((at) => prior.logProb(at), [z], options);
    await checkSecondGradients((at) => tf.grad((y) => tf.sum(prior.logProb(y)))(at), [z], { ...options, absolute: 1 });
  });

  test('gives a component without weight no samples, and finite gradients', async () => {
    const prior = two();
    prior.variables[2]!.assign(tf.tensor1d([-1e9, 0]));
    const z = tf.tensor2d([[2, 1]]);
    await expectClose(prior.logProb(z), [-Math.log(2 * Math.PI) - Math.log(0.5)], { absolute: 1e-5 });
    const { grads } = tf.variableGrads(() => tf.sum(prior.logProb(z)), [...prior.variables]);
    for (const gradient of Object.values(grads)) expect((await read(gradient)).every(Number.isFinite)).toBe(true);
    const draws = await read(prior.sample([500, 2], random()));
    expect(mean(draws.filter((_, i) => i % 2 === 0))).toBeGreaterThan(1.8);
  });

  test('takes rows that are typed arrays', async () => {
    const means = [Float32Array.of(1, 2), Float32Array.of(3, 4)] as never;
    const prior = createMixturePrior({ components: 2, latentSize: 2, random: random(), means });
    expect(await read(prior.variables[0]!)).toEqual([1, 2, 3, 4]);
  });

  test.each([
    [{ means: [[1, 2], [3]] }, '`means[0]` must have shape [1]; got [2].'], // prettier-ignore
    [{ means: [[1], [NaN]] }, '`means[1][0]` must be finite; got NaN.'],
    [{ means: [[1], [1e39]] }, '`means[1][0]` must be finite; got Infinity.'],
    [{ means: [1, 2] }, '`means[0]` must be an array; got 1.'],
    [{ logVariances: [[0], ['1']] }, "`logVariances[1][0]` must be a number; got '1'."],
    [{ logVariances: [[0], [-Infinity]] }, '`logVariances[1][0]` must be finite; got -Infinity.'],
    [{ weights: [1, '2'] }, "`weights` must be above 0 and finite; got '2'."],
    [{ weights: [1, 1e-60] }, '`weights` must be above 0 and finite; got 1e-60.'],
    [{ weights: [1, 1, 1] }, '`weights` must have shape [2]; got [3].'],
  ])('refuses %o', (initial, says) => {
    const options = { components: 2, latentSize: 1, random: random(), ...initial } as never;
    expect(() => createMixturePrior(options)).toThrow(`createMixturePrior: ${says}`);
  });

  test('rejects wrong sizes and weights, and leaves no tensor behind', async () => {
    const options = { components: 2, latentSize: 1, random: random() };
    expect(() => createMixturePrior({ ...options, means: [[1]] })).toThrow(
      /createMixturePrior: `means` must have shape \[2, 1\]/,
    );
    expect(() => createMixturePrior({ ...options, weights: [1, 0] })).toThrow(/`weights` must be above 0/);
    expect(() => createMixturePrior({ ...options, components: 0 })).toThrow(/`components` must be a positive integer/);
    await checkNoLeaks(() => {
      expect(() => createMixturePrior({ ...options, weights: [1] })).toThrow();
      createMixturePrior(options).dispose();
    });
  });
});

/** log of the mean of the Gaussians of all components at z, in float64. */
function exact(z: readonly number[], means: readonly number[], logVariances: readonly number[]): number {
  const size = z.length;
  const logs = Array.from({ length: means.length / size }, (_, k) =>
    z.reduce((sum, value, j) => {
      const l = logVariances[k * size + j]!;
      return sum - 0.5 * (Math.log(2 * Math.PI) + l + (value - means[k * size + j]!) ** 2 * Math.exp(-l));
    }, 0),
  );
  const largest = Math.max(...logs);
  return largest + Math.log(mean(logs.map((log) => Math.exp(log - largest))));
}

describe('the KL divergence of draws', () => {
  test('from a mixture is that of 200-point quadrature within four standard errors, and below its bound', async () => {
    const prior = createMixturePrior({
      components: 2,
      latentSize: 1,
      random: random(),
      means: [[-1], [1]],
      logVariances: [[0], [0]],
    });
    const draw = always([0.5], [-1]).draw(tf.zeros([1, 1]), random(), { samples: 20000 });
    const values = await read(latentKl(draw, prior));
    const { mean: average, error } = meanAndError(values);
    expect(Math.abs(average - 0.5542123)).toBeLessThan(4 * error);
    expect(average).toBeLessThan(1.0020869);
    await expectClose(tf.slice(latentKl(draw, gaussianPrior), 0, 1), [0.3089397], { absolute: 1e-6 });
    // each draw obeys log p >= log w_k + log N_k, for all k
    const one = { mean: tf.tensor2d([[1]]), logVariance: tf.zeros([1, 1]) };
    const bounds = await read(tf.sub(tf.add(draw.logProb, Math.LN2), gaussianLogProb(draw.z, one)));
    expect(values.every((value, i) => value <= bounds[i]! + 1e-5)).toBe(true);
  });
});
