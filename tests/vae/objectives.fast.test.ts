import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import {
  bernoulli,
  createDecoder,
  createGaussianEncoder,
  createRandom,
  dropout,
  elbo,
  elboObjective,
  importanceWeightedObjective,
  linearRamp,
  mlp,
  valueAndGradients,
  type ApplyOptions,
  type Network,
  type ObjectiveInput,
  type Schedule,
} from '../../src/index.js';
import { expectClose, read } from '../support/close.js';
import { inScope } from '../support/in-scope.js';

inScope();

/** An encoder with a given posterior: mean and log-variance are biases, the same for each example. */
function fixedEncoder(means: readonly number[], logVariances: readonly number[]) {
  const biases = tf.variable(tf.tensor1d([...means, ...logVariances]));
  const network: Network = {
    apply: (x) => tf.add(tf.zeros([x.shape[0], 2 * means.length]), biases),
    variables: [biases],
    dispose: () => biases.dispose(),
  };
  return createGaussianEncoder(network, { latentSize: means.length });
}

function input(step = 0, seed = 1, x: Tensor = tf.fill([8, 4], 1)): ObjectiveInput {
  const encoder = fixedEncoder([0.5, -1], [-1, 0.5]);
  const decoder = createDecoder(mlp({ sizes: [2, 4], random: createRandom(3) }), { likelihood: bernoulli });
  return { encoder, decoder, x, random: createRandom(seed), step, options: {} };
}

const mean = async (x: Tensor) => {
  const numbers = await read(x);
  return numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
};

/** KL of N(m, e^v) from N(0, 1), in float64. */
const kl = (m: number, v: number) => (m * m + Math.exp(v) - 1 - v) / 2;
const kls = [kl(0.5, -1), kl(-1, 0.5)] as const;

describe('elboObjective', () => {
  test.each<[string, Parameters<typeof elboObjective>[0], number, number]>([
    ['no options: -ELBO', undefined, 0, kls[0] + kls[1]],
    ['beta', { beta: 3 }, 0, 3 * (kls[0] + kls[1])],
    ['beta 0', { beta: 0 }, 0, 0],
    ['a schedule of beta', { beta: linearRamp({ from: 0, to: 1, steps: 10 }) }, 4, 0.4 * (kls[0] + kls[1])],
    ['free nats below both', { freeNats: 0.1 }, 0, kls[0] + kls[1]],
    ['free nats between them', { freeNats: 0.4 }, 0, 0.4 + kls[1]],
    ['free nats above both, and beta', { freeNats: 2, beta: 0.5 }, 0, 0.5 * (2 + 2)],
  ])('has the loss of its formula and reports the true bound with %s', async (_, options, step, cost) => {
    expect(kls[0]).toBeLessThan(0.4);
    expect(kls[1]).toBeGreaterThan(0.4);
    const value = elboObjective(options).evaluate(input(step));
    const logLikelihood = await mean(value.logLikelihood);
    await expectClose(value.loss, [cost - logLikelihood], { relative: 1e-5 });
    await expectClose(value.kl, kls[0] + kls[1], { relative: 1e-5 });
    await expectClose(value.elbo, logLikelihood - kls[0] - kls[1], { relative: 1e-5 });
  });

  test('applies free nats to the mean over the batch, not to each example', async () => {
    const network: Network = {
      // one latent dimension whose KL is 0 for one example and 2 for the other, 1 on average
      apply: (x) => tf.concat([tf.mul(tf.slice(x, [0, 0], [-1, 1]), 2), tf.zeros([2, 1])], 1),
      variables: [],
      dispose: () => undefined,
    };
    const encoder = createGaussianEncoder(network, { latentSize: 1 });
    const decoder = createDecoder(mlp({ sizes: [1, 2], random: createRandom(3) }), { likelihood: bernoulli });
    const x = tf.tensor2d([0, 0, 1, 1], [2, 2]);
    const lossWith = async (freeNats: number) => {
      const given = { encoder, decoder, x, random: createRandom(1), step: 0, options: {} };
      return (await read(elboObjective({ freeNats }).evaluate(given).loss))[0]!;
    };
    const plain = await lossWith(0);
    expect(await lossWith(0.9)).toBeCloseTo(plain, 5);
    expect(await lossWith(1.5)).toBeCloseTo(plain + 0.5, 5);
  });

  test('has no gradient of the KL of a dimension within its free nats', async () => {
    const given = input();
    const { encoder } = given;
    const loss = (freeNats: number) => () =>
      elboObjective({ freeNats }).evaluate({ ...given, random: createRandom(1) }).loss;
    const [all, none] = [0, 5].map((nats) => valueAndGradients(loss(nats), encoder.variables).gradients[0]!);
    // d KL / d mean = mean, d KL / d logVariance = (e^logVariance - 1) / 2
    const klGradient = [0.5, -1, (Math.exp(-1) - 1) / 2, (Math.exp(0.5) - 1) / 2];
    await expectClose(tf.sub(all!, none!), klGradient, { relative: 1e-4, absolute: 1e-5 });
  });

  test.each<[Parameters<typeof elboObjective>[0], RegExp]>([
    [{ beta: -1 }, /elboObjective: `beta`/],
    [{ beta: NaN }, /elboObjective: `beta`/],
    [{ freeNats: -0.1 }, /elboObjective: `freeNats`/],
  ])('refuses %j', (options, message) => {
    expect(() => elboObjective(options)).toThrow(message);
  });

  test('returns its latents for verdicts on the prior, but not while beta rises', () => {
    const beta = linearRamp({ from: 0, to: 1, steps: 10 });
    const isShown = (step: number) => elboObjective({ beta }).evaluate(input(step)).z !== undefined;
    expect([0, 9, 10, 50].map(isShown)).toEqual([false, false, true, true]);
    expect(elboObjective({ beta: linearRamp({ from: 2, to: 1, steps: 10 }) }).evaluate(input()).z).toBeDefined();
  });

  test.each<[string, Schedule, boolean[]]>([
    ['approaches its end forever', (step) => 1 - Math.exp(-step / 1000), [false, false, true, true]],
    ['begins slowly', (step) => 1 / (1 + Math.exp((2500 - step) / 400)), [false, false, false, true]],
    ['is a list', (step) => Array.from({ length: 5000 }, (_, i) => (i + 1) / 5000)[step]!, [false, false, false, true]],
    ['rises in stairs', (step) => Math.min(1, Math.floor(step / 1000) / 4), [false, false, false, true]],
  ])('waits no longer than it must for a beta that %s', (_, beta, shown) => {
    const isShown = (step: number) => elboObjective({ beta }).evaluate(input(step)).z !== undefined;
    expect([0, 1000, 3500, 4999].map(isShown)).toEqual(shown);
  });

  test('rejects a schedule whose value is not a weight', () => {
    for (const beta of [NaN, -0.1]) {
      expect(() => elboObjective({ beta: () => beta }).evaluate(input())).toThrow(/elboObjective: `beta`/);
    }
  });
});

describe('importanceWeightedObjective', () => {
  test('with one sample is the negative ELBO in expectation', async () => {
    const x = tf.ones([4000, 4]);
    const weighted = await read(importanceWeightedObjective({ samples: 1 }).evaluate(input(0, 2, x)).loss);
    const { encoder, decoder, random } = input(0, 3, x);
    const { z, gaussians } = encoder.draw(x, random);
    const [posterior, parameters] = [gaussians![0]!, decoder.decode(z)];
    const bounds = await read(elbo({ x, parameters, likelihood: decoder.likelihood, posterior }).elbo);
    const average = bounds.reduce((sum, value) => sum + value, 0) / bounds.length;
    const variance = bounds.reduce((sum, value) => sum + (value - average) ** 2, 0) / bounds.length;
    // the KL's own sampling noise is added: log q(z|x) - log p(z) varies by about 1 nat here
    const error = Math.sqrt((2 * variance + 2) / bounds.length);
    expect(Math.abs(weighted[0]! + average)).toBeLessThan(4 * error);
  });

  test('gives a tighter bound with more samples, and also reports the true ELBO', async () => {
    const x = tf.ones([2000, 4]);
    const losses = [];
    for (const samples of [1, 5, 50]) {
      const value = importanceWeightedObjective({ samples }).evaluate(input(0, 5, x));
      losses.push((await read(value.loss))[0]!);
      await expectClose(tf.slice(value.kl, 0, 3), new Array<number>(3).fill(kls[0] + kls[1]), { relative: 1e-4 });
      await expectClose(value.elbo, tf.sub(value.logLikelihood, value.kl), { relative: 1e-5 });
      if (samples > 1) expect(-(await mean(value.elbo))).toBeGreaterThan(losses.at(-1)!);
    }
    expect(losses[1]).toBeLessThan(losses[0]!);
    expect(losses[2]).toBeLessThan(losses[1]!);
  });

  test.each([0, -1, 1.5])('rejects %d samples', (samples) => {
    expect(() => importanceWeightedObjective({ samples })).toThrow(/`samples` must be a positive integer/);
  });
});

describe.each([
  ['elboObjective', elboObjective(), 3],
  ['importanceWeightedObjective', importanceWeightedObjective({ samples: 2 }), 6],
])('%s', (_, objective, decoded) => {
  test('passes condition, training and random to encoder and decoder', async () => {
    const seen: [string, number[], ApplyOptions | undefined][] = [];
    const spy = (name: string, network: Network): Network => ({
      ...network,
      apply: (x, options) => {
        seen.push([name, x.shape, options]);
        return network.apply(x, options);
      },
    });
    const random = createRandom(1);
    const encoder = createGaussianEncoder(spy('encoder', mlp({ sizes: [4, 4], random })), { latentSize: 2 });
    const decoder = createDecoder(spy('decoder', mlp({ sizes: [2, 4], random })), { likelihood: bernoulli });
    const condition = tf.tensor1d([2, 0, 1], 'int32');
    const options = { training: true, random, condition };
    objective.evaluate({ encoder, decoder, x: tf.ones([3, 4]), random, step: 0, options });
    expect(seen.map(([name, shape]) => [name, shape])).toEqual([
      ['encoder', [3, 4]],
      ['decoder', [decoded, 2]],
    ]);
    for (const [, shape, handed] of seen) {
      expect(handed).toMatchObject({ training: true, random });
      const labels = await read(handed!.condition!);
      expect(labels).toEqual(Array.from({ length: shape[0]! }, (_unused, i) => [2, 0, 1][i % 3]));
    }
  });

  test('draws the same noise for the same stream, and other noise for dropout', async () => {
    const given = (seed: number) => {
      const random = createRandom(seed);
      const encoder = fixedEncoder([0, 0], [0, 0]);
      const decoder = createDecoder(dropout({ rate: 0.5 }), { likelihood: bernoulli });
      return { encoder, decoder, x: tf.ones([3, 2]), random, step: 0, options: { training: true, random } };
    };
    const [a, b, c] = [1, 1, 2].map((seed) => objective.evaluate(given(seed)).logLikelihood);
    await expectClose(a!, await read(b!), { relative: 0, absolute: 0 });
    expect(await read(c!)).not.toEqual(await read(a!));
  });
});
