import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { softmax } from '../../src/operations/softmax.js';
import { createRandom } from '../../src/random/index.js';
import { expectOracle, read } from '../support/close.js';
import { inScope } from '../support/in-scope.js';

inScope();

const slopes = (x: Tensor, dy: Tensor): Tensor => tf.grad((x) => softmax(x))(x, dy);

test.each([[[5]], [[3, 1]], [[4, 10]], [[7, 3, 33]], [[2, 256]], [[3, 1001]], [[3001, 2]], [[2100, 129]]])(
  'the gradient of a softmax of [%s] is that of float64',
  async (shape) => {
    const random = createRandom(3);
    const [x, dy] = [tf.mul(random.normal(shape), 3), random.normal(shape)];
    const [logits, weights] = [await read(x), await read(dy)];
    const size = shape.at(-1)!;
    const expected = logits.map(() => 0);
    for (let row = 0; row < logits.length; row += size) {
      const powers = logits.slice(row, row + size).map(Math.exp);
      const total = powers.reduce((sum, one) => sum + one, 0);
      const mean = powers.reduce((sum, one, k) => sum + (one / total) * weights[row + k]!, 0);
      powers.forEach((one, k) => (expected[row + k] = (one / total) * (weights[row + k]! - mean)));
    }
    await expectOracle(slopes(x, dy), expected, { relative: 1e-5, absolute: 2e-6 });
  },
);

test('a softmax of no rows has a gradient of no rows', () => {
  expect(slopes(tf.zeros([0, 3]), tf.zeros([0, 3])).shape).toEqual([0, 3]);
});

test.each([NaN, Infinity])('%d leaves no number in the gradient of its own row, and no other', async (odd) => {
  const x = tf.tensor2d([1, 2, 3, 1, odd, 3, 1, 2, 3], [3, 3]);
  const isFinite = [true, true, true, false, false, false, true, true, true];
  expect((await read(slopes(x, tf.ones([3, 3])))).map(Number.isFinite)).toEqual(isFinite);
  expect((await read(slopes(tf.zeros([3, 3]), x))).map(Number.isFinite)).toEqual(isFinite);
});
