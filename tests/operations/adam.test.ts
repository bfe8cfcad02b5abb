import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { adamUpdate, createAdamPieces } from '../../src/operations/adam.js';
import { expectClose } from '../support/close.js';
import { betas, firstSteps } from './adam-steps.js';

beforeEach(() => {
  tf.engine().startScope();
});
afterEach(() => {
  tf.engine().endScope();
  tf.disposeVariables();
});

const numbers = { rate: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 };
const members = (sizes: readonly number[]): (readonly number[])[] =>
  createAdamPieces(sizes.map((size) => tf.variable(tf.zeros([size])))).map((piece) => piece.members);

test('variables stand in few pieces, none of more than four million numbers but for one that is larger itself', () => {
  const million = 2 ** 20;
  expect(members([10, 5, 7])).toEqual([[0, 1, 2]]);
  expect(members([3 * million, million, 1, 2 * million])).toEqual([
    [0, 1],
    [2, 3],
  ]);
  expect(members([5 * million, 1])).toEqual([[0], [1]]);
});

test('an update of several pieces is made whole or left out whole', async () => {
  const size = 2 ** 21 + 1;
  const variables = [tf.variable(tf.zeros([size])), tf.variable(tf.ones([size]))];
  const pieces = createAdamPieces(variables);
  expect(pieces.length).toBe(2);
  const gradients = [tf.fill([size], 3), tf.fill([size], -0.5)];
  const ends = async (): Promise<number[]> => {
    const pairs = variables.flatMap((variable) => [tf.slice(variable, 0, 1), tf.slice(variable, size - 1, 1)]);
    return [...(await tf.concat(pairs).data())];
  };
  await expectClose(adamUpdate(pieces, gradients, variables, numbers), 1);
  // the first step of Adam is the learning rate, whatever the gradient's size
  await expectClose(await ends(), [-0.1, -0.1, 1.1, 1.1], { relative: 1e-5 });
  const before = await ends();
  const broken = tf.concat([tf.zeros([size - 1]), tf.tensor1d([Infinity])]);
  await expectClose(adamUpdate(pieces, [gradients[0]!, broken], variables, numbers), 0);
  expect(await ends()).toEqual(before);
});

test.each(betas)('the first step is -g / (|g| + epsilon) within 5e-7 with beta2 = %d', async (beta2) => {
  for (const beta1 of [0, 0.5, 0.9]) {
    const { steps, expected } = await firstSteps({ ...numbers, beta1, beta2, rate: 1 });
    await expectClose(steps, expected, { relative: 0, absolute: 5e-7 });
  }
});

test('weight decay takes its share of a variable, of which an update that is left out takes none', async () => {
  const variable = tf.variable(tf.tensor1d([2, -3, 0.5, 4, 1]));
  const pieces = createAdamPieces([variable]);
  const decaying = { ...numbers, rate: 0.25, weightDecay: 0.5 };
  adamUpdate(pieces, [tf.zeros([5])], [variable], decaying);
  await expectClose(variable, [1.75, -2.625, 0.4375, 3.5, 0.875], { relative: 1e-6, absolute: 0 });
  adamUpdate(pieces, [tf.tensor1d([0, NaN, 0, 0, 0])], [variable], decaying);
  await expectClose(variable, [1.75, -2.625, 0.4375, 3.5, 0.875], { relative: 1e-6, absolute: 0 });
});
