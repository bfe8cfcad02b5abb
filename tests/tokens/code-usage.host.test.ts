import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { codeUsage } from '../../src/tokens/index.js';
import { inScope } from '../support/in-scope.js';

inScope();

const int = (indices: number[]): tf.Tensor1D => tf.tensor1d(indices, 'int32');

test.each([
  ['half, a quarter and two eighths', [0, 0, 0, 0, 1, 1, 2, 3], 3.3635857, 4],
  ['a single one', [5, 5, 5], 1, 1],
  ['all of eight', [0, 1, 2, 3, 4, 5, 6, 7], 8, 8],
])('the perplexity of %s', async (_, indices, perplexity, used) => {
  const usage = await codeUsage(int(indices), { codes: 8 });
  expect(usage.perplexity).toBeCloseTo(perplexity, 6);
  expect(usage.used).toBe(used);
  expect(usage.counts.length).toBe(8);
});

test('the same shares have the same perplexity, whatever their number and shape', async () => {
  const few = await codeUsage(int([0, 1, 1, 2]), { codes: 4 });
  const many = await codeUsage(tf.tile(tf.tensor2d([[0, 1], [1, 2]], [2, 2], 'int32'), [50, 1]), { codes: 4 }); // prettier-ignore
  expect(many.perplexity).toBeCloseTo(few.perplexity, 12);
  expect([...many.counts]).toEqual([50, 100, 50, 0]);
});

test.each([[[0, 8]], [[-1, 0]], [[-2]]])('the indices %j are rejected', async (indices) => {
  await expect(codeUsage(int(indices), { codes: 8 })).rejects.toThrow(/`indices` must be in 0 ... 7/);
});

test.each([[[0]], [[4, 0]]])('no codes, of shape %j, are rejected', async (shape) => {
  const call = codeUsage(tf.zeros(shape, 'int32'), { codes: 8 });
  await expect(call).rejects.toThrow(`codeUsage: \`indices\` must hold at least one code; got [${shape.join(', ')}].`);
});
