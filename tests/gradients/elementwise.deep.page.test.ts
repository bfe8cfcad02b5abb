import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { elementwise, erf, exp, sigmoid, softplus, tanh } from '../../src/gradients/elementwise.js';
import { expectClose } from '../support/close.js';

const points = [-1.6, -0.7, 0.9, 1.4];
const x = (): Tensor => tf.tensor1d(points);
const slope = (f: (x: Tensor) => Tensor): ((x: Tensor) => Tensor) => tf.grad((y) => tf.sum(f(y)));

describe('third derivatives are correct, because each derivative is made of functions of this folder', () => {
  const logistic = (value: number): number => 1 / (1 + Math.exp(-value));
  const third: Record<string, [(x: Tensor) => Tensor, (x: number) => number]> = {
    exp: [exp, Math.exp],
    tanh: [tanh, (value) => (-2 + 6 * Math.tanh(value) ** 2) / Math.cosh(value) ** 2],
    erf: [erf, (value) => ((8 * value ** 2 - 4) / Math.sqrt(Math.PI)) * Math.exp(-(value ** 2))],
    softplus: [softplus, (value) => logistic(value) * logistic(-value) * (1 - 2 * logistic(value))],
    sigmoid: [sigmoid, (value) => logistic(value) * logistic(-value) * (1 - 6 * logistic(value) * logistic(-value))],
  };
  test.each(Object.entries(third))('of %s', async (_, [f, expected]) => {
    await expectClose(slope(slope(slope(f)))(x()), points.map(expected), { relative: 1e-3, absolute: 2e-5 });
  });
});

describe('a custom function', () => {
  // The cube, whose derivative is correct in tfjs.
  const cube = (value: Tensor): Tensor =>
    elementwise(
      'cube',
      value,
      (kept) => tf.mul(kept, tf.square(kept)),
      (kept) => tf.mul(3, tf.square(kept)),
    );

  test('has the expected values and derivatives', async () => {
    await expectClose(
      cube(x()),
      points.map((value) => value ** 3),
    );
    await expectClose(
      slope(cube)(x()),
      points.map((value) => 3 * value ** 2),
    );
    await expectClose(
      slope(slope(cube))(x()),
      points.map((value) => 6 * value),
    );
  });

  test('survives a tidy that disposes its input before the gradient is computed', async () => {
    const inside = (value: Tensor): Tensor => tf.tidy(() => cube(tf.mul(2, value)));
    await expectClose(
      slope(inside)(x()),
      points.map((value) => 24 * value ** 2),
    );
    await expectClose(
      slope(slope(inside))(x()),
      points.map((value) => 48 * value),
    );
  });

  test('reaches variables, and leaves no tensor behind', async () => {
    const variable = tf.variable(x());
    const before = tf.memory().numTensors;
    const { value, grads } = tf.variableGrads(() => tf.sum(cube(variable)), [variable]);
    await expectClose(
      grads[variable.name]!,
      points.map((point) => 3 * point ** 2),
    );
    tf.dispose([value, grads]);
    expect(tf.memory().numTensors).toBe(before);
    variable.dispose();
  });
});
