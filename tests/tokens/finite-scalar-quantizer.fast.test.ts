import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { finiteScalarQuantizer } from '../../src/tokens/index.js';
import { expectClose, expectOracle, read } from '../support/close.js';
import { inScope } from '../support/in-scope.js';

inScope();

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const column = (numbers: readonly number[]): tf.Tensor2D => tf.tensor2d([...numbers], [numbers.length, 1]);

// worked out by hand from the formula
test.each([
  [2, [-0.5, 0], [-1, 1]],
  [3, [-0.5, 0.5, 3], [0, 0, 1]],
  [4, [0.3], [1 / 3]],
  [5, [-0.5, 0.3], [-0.5, 0.5]],
  [8, [-0.5, 0, 0.3], [-3 / 7, 1 / 7, 3 / 7]],
])('with %i levels, %j are rounded to %j', async (levels, h, expected) => {
  const { z } = finiteScalarQuantizer({ levels: [levels] }).quantize(column(h));
  await expectOracle(z, expected);
});

describe.each([[[8, 5, 5, 5]], [[2, 2, 2]], [[3, 4]]])('levels %j', (levels) => {
  const quantizer = finiteScalarQuantizer({ levels });
  const indices = range(quantizer.codes);
  const all = (): tf.Tensor1D => tf.tensor1d(indices, 'int32');

  test('indices and codes belong to each other one to one', async () => {
    expect(quantizer.codes).toBe(levels.reduce((product, level) => product * level));
    const codes = quantizer.lookUp(all());
    expect(codes.shape).toEqual([indices.length, levels.length]);
    expect(await read(quantizer.indicesOf(codes))).toEqual(indices);
    const rows = (await codes.array()) as number[][];
    expect(new Set(rows.map((row) => row.join())).size).toBe(indices.length);
    expect(Math.max(...rows.flat())).toBe(1);
    expect(Math.min(...rows.flat())).toBe(-1);
  });

  test('a code that is quantised gives itself', async () => {
    const codes = quantizer.lookUp(all());
    // atanh of a code; the edges would be infinite
    const before = tf.clipByValue(codes, -0.999, 0.999);
    const h = tf.mul(0.5, tf.sub(tf.log1p(before), tf.log1p(tf.neg(before))));
    const quantized = quantizer.quantize(h);
    expect(await read(quantized.z)).toEqual(await read(codes));
    expect(await read(quantized.indices)).toEqual(indices);
    expect(quantized.penalty).toBeUndefined();
  });
});

test('the digits 7, 0, 4, 2 of (8, 5, 5, 5) are the code 567', async () => {
  const quantizer = finiteScalarQuantizer({ levels: [8, 5, 5, 5] });
  const z = [1, -1, 1, 0];
  expect(await read(quantizer.indicesOf(tf.tensor2d([z])))).toEqual([567]);
  await expectOracle(quantizer.lookUp(tf.tensor1d([567], 'int32')), z);
});

test('the gradient is that of tanh', async () => {
  const quantizer = finiteScalarQuantizer({ levels: [5, 4] });
  const h = [-2, -0.5, 0, 0.3, 1.7, 4];
  const weights = tf.tensor2d([1, -2, 3, -4, 5, -6], [3, 2]);
  const gradient = tf.grad((x) => tf.sum(tf.mul(weights, quantizer.quantize(x).z)))(tf.tensor2d(h, [3, 2]));
  const expected = h.map((x, i) => [1, -2, 3, -4, 5, -6][i]! * (1 - Math.tanh(x) ** 2));
  await expectOracle(gradient, expected, { absolute: 1e-5 });
});

test('huge numbers have a code, and NaN has none', async () => {
  const quantizer = finiteScalarQuantizer({ levels: [8, 5] });
  const h = tf.tensor2d([1e30, -1e30, -1e30, 1e30, NaN, 0, 0.2, 0.2], [4, 2]);
  const { z, indices } = quantizer.quantize(h);
  expect((await read(indices)).slice(0, 3)).toEqual([7, 32, 40]);
  const numbers = await read(z);
  expect(numbers.slice(0, 4)).toEqual([1, -1, -1, 1]);
  expect(numbers[4]).toBeNaN();
  expect(await read(quantizer.indicesOf(tf.tensor2d([[NaN, 0]])))).toEqual([40]);
  const outside = await read(quantizer.lookUp(tf.tensor1d([-1, 40, 39], 'int32')));
  expect(outside.slice(0, 4).every(Number.isNaN)).toBe(true);
  expect(outside.slice(4)).toEqual([1, 1]);
});

test('any axes before the last one hold places', async () => {
  const quantizer = finiteScalarQuantizer({ levels: [4, 3] });
  const h = tf.tensor4d([-0.9, 0.1, 0.4, -0.2, 0.7, 2, -3, 0], [1, 2, 2, 2]);
  const { z, indices } = quantizer.quantize(h);
  expect([z.shape, indices.shape]).toEqual([
    [1, 2, 2, 2],
    [1, 2, 2],
  ]);
  await expectClose(quantizer.lookUp(indices), z, { absolute: 0, relative: 0 });
  await expectClose(quantizer.quantize(tf.reshape(h, [4, 2])).z, z, { absolute: 0, relative: 0 });
});

test.each([
  [{ levels: [] }, /at least one number/],
  [{ levels: [8, 1] }, /levels\[1\]` must be an integer of at least 2; got 1/],
  [{ levels: [1024, 1024, 2] }, /product of at most 1048576/],
  [{ levels: 8 }, /array of numbers/],
])('options %j are rejected', (options, says) => {
  expect(() => finiteScalarQuantizer(options as never)).toThrow(says);
});
