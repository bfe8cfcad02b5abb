import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { conv2dTranspose, convDecoder, convEncoder, dense, mlp } from '../../../src/nets/index.js';
import { createRandom, type RandomStream } from '../../../src/random/index.js';
import { read } from '../../support/close.js';
import { inScope } from '../../support/in-scope.js';
import { drawing } from './registry.js';

inScope();

describe.each(drawing)('the initial weights of $name', ({ make, fanIn }) => {
  test('are uniform within 1 / sqrt(fanIn), and so are the biases', async () => {
    const [weights, biases] = make(createRandom(1)).variables;
    const values = await read(weights!);
    const limit = 1 / Math.sqrt(fanIn);
    const n = values.length;
    const moment = (power: number): number => values.reduce((sum, value) => sum + value ** power, 0) / n;
    expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(limit * (1 + 1e-6));
    // Within four standard errors; of a uniform number the variance of u is limit^2 / 3, that of u^2 is 4 limit^4 / 45.
    expect(Math.abs(moment(1))).toBeLessThan(4 * Math.sqrt(limit ** 2 / 3 / n));
    expect(Math.abs(moment(2) - limit ** 2 / 3)).toBeLessThan(4 * Math.sqrt((4 * limit ** 4) / 45 / n));
    if (biases === undefined) return;
    const largest = Math.max(...(await read(biases)).map(Math.abs));
    expect(largest).toBeLessThanOrEqual(limit * (1 + 1e-6));
    expect(largest).toBeGreaterThan(limit / 2);
  });
});

test('a transposed convolution with strides counts what an output pixel sums', async () => {
  const layer = conv2dTranspose({ inputs: 32, filters: 8, kernelSize: 4, strides: 2, random: createRandom(2) });
  const output = layer.apply(createRandom(3).normal([2, 8, 8, 32]));
  const inside = tf.slice(output, [0, 1, 1, 0], [2, 14, 14, 8]); // the border sums less
  const [variance] = await read(tf.moments(inside).variance);
  // The variance of a uniform number is a third of its limit squared, and fanIn = 128 of them are summed.
  expect(variance).toBeGreaterThan(0.85 / 3);
  expect(variance).toBeLessThan(1.15 / 3);
});

test('the documented forks give the weights', async () => {
  const whole = mlp({ sizes: [3, 4, 2], random: createRandom(4) });
  const part = dense({ inputs: 4, units: 2, random: createRandom(4).fork('1') });
  expect(await whole.variables[2]!.data()).toEqual(await part.variables[0]!.data());
  const stream = createRandom(4).fork('1');
  const drawn = [stream.fork('weights').uniform([4, 2], -0.5, 0.5), stream.fork('biases').uniform([2], -0.5, 0.5)];
  expect(await part.variables[0]!.data()).toEqual(await drawn[0]!.data());
  expect(await part.variables[1]!.data()).toEqual(await drawn[1]!.data());
});

describe('if a weight cannot be made', () => {
  /** A stream whose fork of the given name cannot draw. */
  const broken = (name: string, random: RandomStream = createRandom(5)): RandomStream => ({
    ...random,
    fork: (child) =>
      child === name
        ? {
            ...random,
            fork: () => {
              throw new Error('no more numbers');
            },
          }
        : random.fork(child),
  });

  test.each([
    ['mlp', () => mlp({ sizes: [3, 4, 2], random: broken('1') })],
    ['convEncoder', () => convEncoder({ shape: [4, 4, 1], widths: [2], outputs: 2, random: broken('dense') })],
    ['convDecoder', () => convDecoder({ inputs: 2, shape: [8, 8, 1], widths: [2, 2], random: broken('1') })],
  ])('%s frees those already made', (_, make) => {
    const before = tf.memory();
    expect(make).toThrow('no more numbers');
    expect(tf.memory().numTensors).toBe(before.numTensors);
    expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers);
  });
});
