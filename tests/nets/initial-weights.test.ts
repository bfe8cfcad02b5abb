import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  conv2d,
  conv2dTranspose,
  convDecoder,
  convEncoder,
  dense,
  embedding,
  mlp,
  type Network,
} from '../../src/nets/index.js';
import { createRandom, type RandomStream } from '../../src/random/index.js';
import { read } from '../support/close.js';

beforeEach(() => {
  tf.engine().startScope();
});
afterEach(() => {
  tf.engine().endScope();
  tf.disposeVariables();
});

interface Fans {
  readonly name: string;
  readonly make: (random: RandomStream) => Network;
  readonly fanIn: number;
  readonly fanOut: number;
}

const layers: readonly Fans[] = [
  { name: 'dense', make: (random) => dense({ inputs: 120, units: 80, random }), fanIn: 120, fanOut: 80 },
  {
    name: 'conv2d',
    make: (random) => conv2d({ inputs: 12, filters: 20, kernelSize: 4, strides: 2, random }),
    fanIn: 16 * 12,
    fanOut: 4 * 20,
  },
  {
    name: 'conv2dTranspose',
    make: (random) => conv2dTranspose({ inputs: 12, filters: 20, kernelSize: 4, strides: 2, random }),
    fanIn: 4 * 12,
    fanOut: 16 * 20,
  },
  { name: 'embedding', make: (random) => embedding({ classes: 1000, size: 5, random }), fanIn: 1, fanOut: 5 },
];

describe.each(layers)('the initial weights of $name', ({ make, fanIn, fanOut }) => {
  test('are uniform with the variance 2 / (fanIn + fanOut), and the biases are zero', async () => {
    const [weights, biases] = make(createRandom(1)).variables;
    const values = await read(weights!);
    const limit = Math.sqrt(6 / (fanIn + fanOut));
    const n = values.length;
    const moment = (power: number): number => values.reduce((sum, value) => sum + value ** power, 0) / n;
    expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(limit * (1 + 1e-6));
    // Within four standard errors; of a uniform number the variance of u is limit^2 / 3, that of u^2 is 4 limit^4 / 45.
    expect(Math.abs(moment(1))).toBeLessThan(4 * Math.sqrt(limit ** 2 / 3 / n));
    expect(Math.abs(moment(2) - 2 / (fanIn + fanOut))).toBeLessThan(4 * Math.sqrt((4 * limit ** 4) / 45 / n));
    if (biases !== undefined) expect((await read(biases)).every((bias) => bias === 0)).toBe(true);
  });
});

test('a transposed convolution with strides keeps the variance of what passes through it', async () => {
  const layer = conv2dTranspose({ inputs: 32, filters: 8, kernelSize: 4, strides: 2, random: createRandom(2) });
  const output = layer.apply(createRandom(3).normal([2, 8, 8, 32]));
  const inside = tf.slice(output, [0, 1, 1, 0], [2, 14, 14, 8]); // the border sums less
  const [variance] = await read(tf.moments(inside).variance);
  // As many in as out, 4 * 32 = 16 * 8: the variance is one.
  expect(variance).toBeGreaterThan(0.85);
  expect(variance).toBeLessThan(1.15);
});

test('the documented forks give the weights', async () => {
  const whole = mlp({ sizes: [3, 4, 2], random: createRandom(4) });
  const part = dense({ inputs: 4, units: 2, random: createRandom(4).fork('1') });
  expect(await whole.variables[2]!.data()).toEqual(await part.variables[0]!.data());
  const limit = Math.sqrt(6 / (4 + 2));
  const drawn = createRandom(4).fork('1').fork('weights').uniform([4, 2], -limit, limit);
  expect(await part.variables[0]!.data()).toEqual(await drawn.data());
});

describe('where a weight cannot be made', () => {
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
