import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { clip } from '../../src/operations/clip.js';
import { checkSecondGradients } from '../support/checks.js';
import { expectClose, read } from '../support/close.js';
import { inScope } from '../support/in-scope.js';

inScope();

const x = () => tf.tensor1d([-3, -1.000001, -1, 0, 1.5, 2, 2.000001, 1e30, -Infinity]);

test('clip has the values and the gradient of tf.clipByValue, at its limits as well', async () => {
  const dy = tf.range(1, 10);
  expect(await read(clip(x(), -1, 2))).toEqual(await read(tf.clipByValue(x(), -1, 2)));
  const gradient = await read(tf.grad((at) => clip(at, -1, 2))(x(), dy));
  await expectClose(tf.tensor1d(gradient), [0, 0, 3, 4, 5, 6, 0, 0, 0]);
});

test('the gradient of clip can be differentiated again', async () => {
  const at = tf.tensor1d([-2, 0.5, 3]);
  await checkSecondGradients((y) => tf.grad((z) => tf.sum(tf.square(clip(z, -1, 2))))(y), [at]);
});
