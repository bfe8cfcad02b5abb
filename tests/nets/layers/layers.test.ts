import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import {
  conv2d,
  conv2dTranspose,
  dense,
  dropout,
  embedding,
  flatten,
  mlp,
  relu,
  reshape,
  upsample,
  type Network,
} from '../../../src/nets/index.js';
import { createRandom, type RandomStream } from '../../../src/random/index.js';
import { expectClose, read } from '../../support/close.js';
import { inScope } from '../../support/in-scope.js';

inScope();

describe('dense', () => {
  test('multiplies, adds the biases and applies the activation', async () => {
    const layer = dense({ inputs: 2, units: 2, activation: relu, random: createRandom(1) });
    layer.variables[0]!.assign(
      tf.tensor2d([
        [1, -2],
        [3, 4],
      ]),
    );
    layer.variables[1]!.assign(tf.tensor1d([0.5, -20]));
    await expectClose(
      layer.apply(
        tf.tensor2d([
          [1, 2],
          [-1, 0],
        ]),
      ),
      [7.5, 0, 0, 0],
    );
  });

  test('also takes an activation of tfjs', async () => {
    const layer = dense({ inputs: 1, units: 1, activation: tf.sigmoid, random: createRandom(1) });
    layer.variables[1]!.assign(tf.tensor1d([0]));
    await expectClose(layer.apply(tf.zeros([1, 1])), [0.5]);
  });
});

describe('embedding', () => {
  test('gives the row of each label, zeros for -1, and an error or NaN for a label without a row, with any number of classes', async () => {
    const layer = embedding({ classes: 3, size: 2, random: createRandom(1) });
    layer.variables[0]!.assign(
      tf.tensor2d([
        [1, 2],
        [3, 4],
        [5, 6],
      ]),
    );
    await expectClose(layer.apply(tf.tensor1d([2, -1, 0], 'int32')), [5, 6, 0, 0, 1, 2]);
    for (const classes of [1, 2, 3, 1000]) {
      const { apply } = embedding({ classes, size: 1, random: createRandom(1) });
      for (const [label, isWrong] of [
        [-2, true],
        [-1, false],
        [0, false],
        [classes - 1, false],
        [classes, true],
        [2 * classes + 5, true],
      ] as const) {
        const rows = (): tf.Tensor => apply(tf.tensor1d([label], 'int32'));
        // a GPU reads no labels
        if (isWrong && !/web/.test(tf.getBackend()))
          expect(rows).toThrow(`embedding: \`input\` must be from -1 to ${classes - 1}; got ${label}.`);
        else expect(Number.isNaN((await rows().data())[0])).toBe(isWrong);
      }
    }
  });

  test('takes vectors as well: their sums of rows, and zeros for zeros', async () => {
    const layer = embedding({ classes: 3, size: 2, random: createRandom(1) });
    const one = tf.tensor2d([[0, 1, 0]]);
    await expectClose(layer.apply(one), layer.apply(tf.tensor1d([1], 'int32')));
    await expectClose(layer.apply(tf.zeros([2, 3])), [0, 0, 0, 0]);
    const both = tf.add(layer.apply(one), tf.mul(0.5, layer.apply(tf.tensor1d([2], 'int32'))));
    await expectClose(layer.apply(tf.tensor2d([[0, 1, 0.5]])), both);
    expect(() => layer.apply(tf.zeros([2, 4]))).toThrow('embedding: `input` must have shape [?, 3]; got [2, 4].');
  });

  test('moves the rows of the labels that occur, once for each time', async () => {
    const layer = embedding({ classes: 4, size: 1, random: createRandom(1) });
    const labels = tf.tensor1d([2, -1, 0, 2], 'int32');
    const { grads } = tf.variableGrads(() => tf.sum(layer.apply(labels)), [...layer.variables]);
    await expectClose(grads[layer.variables[0]!.name]!, [1, 0, 2, 0]);
  });
});

describe('dropout', () => {
  const input = (): Tensor => tf.ones([100, 100]);

  test('is the identity outside training and at a rate of zero', async () => {
    const x = createRandom(1).normal([2, 3]);
    await expectClose(dropout({ rate: 0.5 }).apply(x, { random: createRandom(1) }), await read(x));
    await expectClose(dropout({ rate: 0 }).apply(x, { training: true }), await read(x));
  });

  test('drops its share, scales up the rest, and passes gradients through the same mask', async () => {
    const layer = dropout({ rate: 0.3 });
    const apply = (x: Tensor): Tensor => layer.apply(x, { training: true, random: createRandom(2) });
    const values = await read(apply(input()));
    expect(values.every((value) => value === 0 || Math.abs(value - 1 / 0.7) < 1e-5)).toBe(true);
    const dropped = values.filter((value) => value === 0).length / 10_000;
    expect(Math.abs(dropped - 0.3)).toBeLessThan(4 * Math.sqrt((0.3 * 0.7) / 10_000));
    await expectClose(tf.grad((x) => tf.sum(apply(x)))(input()), values);
  });

  test('draws new numbers at each call, and the same ones again for the same seed', async () => {
    const layer = dropout({ rate: 0.5 });
    const random = createRandom(3);
    const first = await read(layer.apply(input(), { training: true, random }));
    expect(await read(layer.apply(input(), { training: true, random }))).not.toEqual(first);
    expect(await read(layer.apply(input(), { training: true, random: createRandom(3) }))).toEqual(first);
  });

  test('cannot train without a stream', () => {
    expect(() => dropout({ rate: 0.5 }).apply(input(), { training: true })).toThrow(
      'dropout: `options.random` must be a random stream when options.training is true; got undefined. ' +
        'Pass { training: true, random: createRandom(seed) } to apply.',
    );
  });
});

describe('flatten and reshape', () => {
  test('undo each other', async () => {
    const x = createRandom(1).normal([2, 3, 2, 2]);
    const back = reshape({ shape: [3, 2, 2] }).apply(flatten().apply(x));
    expect(back.shape).toEqual(x.shape);
    await expectClose(back, await read(x));
  });

  test('reshape says how many numbers an example must hold', () => {
    expect(() => reshape({ shape: [3, 2] }).apply(tf.zeros([4, 5]))).toThrow(
      'reshape: `input` must have shape [?, 6]; got [4, 5]. Each example must hold 6 numbers, the product of 3 x 2.',
    );
  });
});

describe('a wrong option is named before anything is made', () => {
  const random = createRandom(1);
  test.each<[() => Network, string]>([
    [() => dense({ inputs: 0, units: 1, random }), 'dense: `inputs` must be a positive integer; got 0.'],
    [() => dense({ inputs: 1, units: 1.5, random }), 'dense: `units` must be a positive integer; got 1.5.'],
    [
      () => dense({ inputs: 1, units: 1, random: 7 as unknown as RandomStream }),
      'dense: `random` must be a random stream; got 7. Make one with createRandom(seed).',
    ],
    [
      () => dense({ inputs: 1, units: 1, activation: 'relu' as unknown as typeof relu, random }),
      "dense: `activation` must be a function of a tensor; got 'relu'. Import one by name, such as relu.",
    ],
    [
      () => conv2d({ inputs: 1, filters: 1, kernelSize: 3, padding: 'full' as 'same', random }),
      "conv2d: `padding` must be 'same' or 'valid'; got 'full'.",
    ],
    [
      () => conv2d({ inputs: 1, filters: 1, kernelSize: 3, strides: 0, random }),
      'conv2d: `strides` must be a positive integer; got 0.',
    ],
    [
      () => conv2dTranspose({ inputs: 1, filters: 1, kernelSize: 3, outputSize: [4] as unknown as [4, 4], random }),
      'conv2dTranspose: `outputSize` must hold exactly 2 numbers; got [4].',
    ],
    [() => dropout({ rate: 1 }), 'dropout: `rate` must be finite and at least 0 and below 1; got 1.'],
    [() => upsample({ factor: 1.5 }), 'upsample: `factor` must be a positive integer and at most 65536; got 1.5.'],
    [() => reshape({ shape: [] }), 'reshape: `shape` must hold at least one number; got [].'],
    [() => embedding({ classes: 3, size: -1, random }), 'embedding: `size` must be a positive integer; got -1.'],
  ])('%#', (make, sentence) => {
    const before = tf.memory().numTensors;
    expect(make).toThrow(sentence);
    expect(tf.memory().numTensors).toBe(before);
  });
});

test('the error for an image passed to a dense layer names flatten', () => {
  expect(() => mlp({ sizes: [784, 2], random: createRandom(1) }).apply(tf.zeros([5, 28, 28, 1]))).toThrow(
    'mlp: `input` must have shape [?, 784]; got [5, 28, 28, 1]. Apply flatten() to images and maps first.',
  );
});
