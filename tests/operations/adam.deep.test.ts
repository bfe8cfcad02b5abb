import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { createAdamPieces } from '../../src/operations/adam.js';
import { expectClose, expectOracle, read } from '../support/close.js';
import { inScope } from '../support/in-scope.js';
import { betas, countedUpdate, firstSteps } from './adam-steps.js';

inScope();

const numbers = { rate: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 };

test('an update of several pieces is made or skipped as a whole', async () => {
  const variables = [tf.variable(tf.zeros([5])), tf.variable(tf.ones([5]))];
  // as they are made for variables of millions of numbers: one for each
  const pieces = variables.flatMap((variable, i) =>
    createAdamPieces([variable]).map((piece) => ({ ...piece, members: [i] })),
  );
  const gradients = [tf.fill([5], 3), tf.fill([5], -0.5)];
  const both = (): Promise<number[]> => read(tf.concat(variables));
  await expectClose(countedUpdate(pieces, gradients, variables, numbers), 0);
  // the first step of Adam is the learning rate, whatever the gradient's size
  await expectClose(await both(), [...new Array<number>(5).fill(-0.1), ...new Array<number>(5).fill(1.1)], {
    relative: 1e-5,
  });
  const before = await both();
  const broken = tf.tensor1d([0, 0, 0, 0, Infinity]);
  await expectClose(countedUpdate(pieces, [gradients[0]!, broken], variables, numbers), 1);
  expect(await both()).toEqual(before);
});

test.each(betas)('the first step is -g / (|g| + epsilon) within 5e-7 with beta2 = %d', async (beta2) => {
  for (const beta1 of [0, 0.5, 0.9]) {
    const { steps, expected } = await firstSteps({ ...numbers, beta1, beta2, rate: 1 });
    await expectClose(steps, expected, { relative: 0, absolute: 5e-7 });
  }
});

test('weight decay takes its share of a variable, and a skipped update takes none', async () => {
  const variable = tf.variable(tf.tensor1d([2, -3, 0.5, 4, 1]));
  const pieces = createAdamPieces([variable]);
  const decaying = { ...numbers, rate: 0.25, weightDecay: 0.5 };
  countedUpdate(pieces, [tf.zeros([5])], [variable], decaying);
  await expectClose(variable, [1.75, -2.625, 0.4375, 3.5, 0.875], { relative: 1e-6, absolute: 0 });
  countedUpdate(pieces, [tf.tensor1d([0, NaN, 0, 0, 0])], [variable], decaying);
  await expectClose(variable, [1.75, -2.625, 0.4375, 3.5, 0.875], { relative: 1e-6, absolute: 0 });
});

test.each([
  [0.3, 0.4],
  [0.3, 0.999],
])('three steps with the betas %d and %d are those of float64', async (beta1, beta2) => {
  const variable = tf.variable(tf.tensor1d([1]));
  const pieces = createAdamPieces([variable]);
  let [m, v, expected] = [0, 0, 1];
  for (const [t, gradient] of [2, -1, 0.5].entries()) {
    countedUpdate(pieces, [tf.tensor1d([gradient])], [variable], { ...numbers, beta1, beta2 });
    m = beta1 * m + (1 - beta1) * gradient;
    v = beta2 * v + (1 - beta2) * gradient ** 2;
    expected -= (numbers.rate * (m / (1 - beta1 ** (t + 1)))) / Math.sqrt(v / (1 - beta2 ** (t + 1)));
  }
  await expectOracle(variable, [expected], { relative: 1e-5 });
});
