import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { erf, exp } from '../../src/gradients/elementwise.js';
import { elu, gelu, leakyRelu, relu, sigmoid, softplus, swish, tanh } from '../../src/nets/activations.js';
import { expectClose, expectOracle } from '../support/close.js';

/** A function of a number in float64, its first and its second derivative. */
interface ClosedForm {
  readonly ours: (x: Tensor) => Tensor;
  readonly tfjs?: (x: Tensor) => Tensor;
  readonly value: (x: number) => number;
  readonly first: (x: number) => number;
  readonly second: (x: number) => number;
}

const logistic = (x: number): number => 1 / (1 + Math.exp(-x));
const density = (x: number): number => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);

/** Simpson's rule from 0: independent of any approximation of erf. */
function integral(f: (x: number) => number, to: number): number {
  const pieces = 2000;
  const h = to / pieces;
  let sum = f(0) + f(to);
  for (let i = 1; i < pieces; i++) sum += (i % 2 === 1 ? 4 : 2) * f(i * h);
  return (sum * h) / 3;
}
const distribution = (x: number): number => 0.5 + integral(density, x);

const functions: Record<string, ClosedForm> = {
  relu: { ours: relu, tfjs: tf.relu, value: (x) => Math.max(x, 0), first: (x) => (x > 0 ? 1 : 0), second: () => 0 },
  leakyRelu: {
    ours: leakyRelu,
    tfjs: (x) => tf.leakyRelu(x, 0.2),
    value: (x) => (x > 0 ? x : 0.2 * x),
    first: (x) => (x > 0 ? 1 : 0.2),
    second: () => 0,
  },
  elu: {
    ours: elu,
    tfjs: tf.elu,
    value: (x) => (x > 0 ? x : Math.expm1(x)),
    first: (x) => (x > 0 ? 1 : Math.exp(x)),
    second: (x) => (x > 0 ? 0 : Math.exp(x)),
  },
  swish: {
    ours: swish,
    tfjs: (x) => tf.mul(x, tf.sigmoid(x)),
    value: (x) => x * logistic(x),
    first: (x) => logistic(x) * (1 + x * logistic(-x)),
    second: (x) => logistic(x) * logistic(-x) * (2 + x * (1 - 2 * logistic(x))),
  },
  tanh: {
    ours: tanh,
    tfjs: tf.tanh,
    value: Math.tanh,
    first: (x) => 1 / Math.cosh(x) ** 2,
    second: (x) => (-2 * Math.tanh(x)) / Math.cosh(x) ** 2,
  },
  sigmoid: {
    ours: sigmoid,
    tfjs: tf.sigmoid,
    value: logistic,
    first: (x) => logistic(x) * logistic(-x),
    second: (x) => logistic(x) * logistic(-x) * (1 - 2 * logistic(x)),
  },
  softplus: {
    ours: softplus,
    tfjs: tf.softplus,
    value: (x) => Math.log1p(Math.exp(x)),
    first: logistic,
    second: (x) => logistic(x) * logistic(-x),
  },
  gelu: {
    ours: gelu,
    value: (x) => x * distribution(x),
    first: (x) => distribution(x) + x * density(x),
    second: (x) => density(x) * (2 - x * x),
  },
  exp: { ours: exp, tfjs: tf.exp, value: Math.exp, first: Math.exp, second: Math.exp },
  erf: {
    ours: erf,
    tfjs: tf.erf,
    value: (x) => 2 * distribution(x * Math.SQRT2) - 1,
    first: (x) => (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x),
    second: (x) => ((-4 * x) / Math.sqrt(Math.PI)) * Math.exp(-x * x),
  },
};

// Away from 0, where a wrong second derivative hides, and from the kinks.
const points = [-3, -1.7, -0.9, -0.4, 0.3, 0.8, 1.6, 2.9];
const weights = [1, -2, 0.5, 3, 1.5, -1, 2, 0.7];

describe.each(Object.entries(functions))('%s', (_, { ours, tfjs, value, first, second }) => {
  test('has the values of its formula', async () => {
    await expectOracle(ours(tf.tensor1d(points)), points.map(value), { absolute: 2e-6 });
  });

  test('has the first derivative of its formula, and that of tfjs', async () => {
    const gradient = tf.grad(ours)(tf.tensor1d(points), tf.tensor1d(weights));
    await expectClose(
      gradient,
      points.map((x, i) => weights[i]! * first(x)),
      { absolute: 5e-6 },
    );
    if (tfjs !== undefined) {
      await expectClose(gradient, tf.grad(tfjs)(tf.tensor1d(points), tf.tensor1d(weights)), { absolute: 5e-6 });
    }
  });

  test('has the second derivative of its formula in the square of its gradient, as a penalty takes it', async () => {
    const penalty = (x: Tensor): Tensor => tf.sum(tf.square(tf.grad(ours)(x)));
    const slope = tf.grad(penalty)(tf.tensor1d(points));
    await expectClose(
      slope,
      points.map((x) => 2 * first(x) * second(x)),
      { absolute: 2e-5 },
    );
  });

  test('passes the gradient of a gradient to weights before and after it', async () => {
    // d/dw of (d/dx v f(w x))^2 = 2 v^2 w f' (f' + w x f'')
    const x = tf.tensor1d(points);
    const penalty = (w: Tensor): Tensor => tf.sum(tf.square(tf.grad((y) => tf.mul(1.3, ours(tf.mul(w, y))))(x)));
    const slope = tf.grad(penalty)(tf.fill([points.length], 0.7));
    const expected = points.map((point) => {
      const inner = 0.7 * point;
      return 2 * 1.3 ** 2 * 0.7 * first(inner) * (first(inner) + inner * second(inner));
    });
    await expectOracle(slope, expected, { absolute: 2e-5 });
  });

  test('leaves no tensor behind except its result', () => {
    const x = tf.tensor1d(points);
    const before = tf.memory().numTensors;
    tf.dispose(ours(x));
    tf.dispose(tf.grad((y) => tf.sum(tf.square(tf.grad(ours)(y))))(x));
    expect(tf.memory().numTensors).toBe(before);
  });

  test.skipIf(ours === exp)('says that it needs float32', () => {
    expect(() => ours(tf.tensor1d([1, 2], 'int32'))).toThrow(
      /^\w+: `x` must be float32; got int32\. Cast with tf.cast; divide bytes by 255/,
    );
    expect(() => ours(3 as unknown as Tensor)).toThrow(/^\w+: `x` must be a tensor, not disposed; got 3\./);
  });
});

test('no derivative is lost for large numbers', async () => {
  const x = tf.tensor1d([-80, -30, 30, 80]);
  await expectOracle(tf.grad(elu)(x), [0, Math.exp(-30), 1, 1]);
  await expectClose(tf.grad(tanh)(x), [0, 0, 0, 0]);
  await expectClose(tf.grad(swish)(x), [0, 0, 1, 1]);
  await expectClose(tf.grad(softplus)(x), [0, 0, 1, 1]);
});

test('sigmoid still has a slope at a logit of 20, where 1 - sigmoid(x) rounds to 0', async () => {
  await expectOracle(tf.grad(sigmoid)(tf.tensor1d([20])), [Math.exp(-20) / (1 + Math.exp(-20)) ** 2], {
    absolute: 0,
    relative: 1e-3,
  });
});

test('the derivative at a kink is that of the left side', async () => {
  const zero = tf.tensor1d([0]);
  await expectClose(tf.grad(relu)(zero), [0]);
  await expectClose(tf.grad(leakyRelu)(zero), [0.2]);
});
