import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { categorical, createRandom } from '../../src/index.js';
import { expectClose, read } from '../support/close.js';

const logits = [0, Math.log(2), Math.log(3)];

test('categorical gives log 1/6, log 1/3 and log 1/2 for logits of 0, log 2 and log 3', async () => {
  const parameters = tf.tensor2d([...logits, ...logits, ...logits], [3, 3]);
  const expected = [-1.7917595, -1.0986123, -0.6931472];
  const { logProb } = categorical({ classes: 3 });
  await expectClose(logProb(tf.tensor2d([[0], [1], [2]]), parameters), expected, { absolute: 1e-6 });
  // integers, and an axis for the classes
  await expectClose(
    logProb(tf.tensor2d([[0], [1], [2]], [3, 1], 'int32'), tf.reshape(parameters, [3, 1, 3])),
    expected,
    {
      absolute: 1e-6,
    },
  );
  tf.dispose(parameters);
});

test('categorical gives NaN for numbers that are no classes', async () => {
  const x = tf.tensor2d([[-1], [3], [0.5], [2]]);
  const nats = await read(categorical({ classes: 3 }).logProb(x, tf.zeros([4, 3])));
  expect(nats.map(Number.isNaN)).toEqual([true, true, true, false]);
});

test('categorical draws classes by their probabilities', async () => {
  const n = 6000;
  const drawn = await read(categorical({ classes: 3 }).sample(tf.tile(tf.tensor2d([logits]), [n, 1]), createRandom(1)));
  [1 / 6, 1 / 3, 1 / 2].forEach((p, k) => {
    const count = drawn.filter((one) => one === k).length;
    expect(Math.abs(count - n * p)).toBeLessThan(4 * Math.sqrt(n * p * (1 - p)));
  });
});
