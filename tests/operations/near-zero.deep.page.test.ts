import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { bernoulliLogLikelihood } from '../../src/operations/bernoulli-log-likelihood.js';
import { continuousBernoulliLogPartition, continuousBernoulliMean } from '../../src/operations/continuous-bernoulli.js';
import { logOneMinusExp } from '../../src/operations/log-one-minus-exp.js';
import { nearZero, polynomial } from '../../src/operations/near-zero.js';
import { expectClose, read } from '../support/close.js';
import { inScope } from '../support/in-scope.js';

inScope();

describe('nearZero', () => {
  const f = (x: Tensor): Tensor =>
    nearZero(x, { series: (small) => tf.mul(2, small), closed: (large) => tf.reciprocal(tf.sub(tf.abs(large), 0.75)) });

  test('takes the series up to 1 and the closed form beyond', async () => {
    await expectClose(f(tf.tensor1d([-2, -1, -0.75, 0, 0.75, 1, 2])), [0.8, -2, -1.5, 0, 1.5, 2, 0.8]);
  });

  test('has a finite gradient where the form that is not used has a pole', async () => {
    await expectClose(tf.grad(f)(tf.tensor1d([0.75, -0.75, 0, 2])), [2, 2, 2, -0.64]);
  });
});

test('polynomial takes the coefficients in ascending order', async () => {
  await expectClose(polynomial(tf.tensor1d([0, 2, -1]), [3, 5, 7]), [3, 3 + 10 + 28, 3 - 5 + 7]);
});

// Numbers on both sides of the seam at 1, at the smallest float32 inputs and where exp(x) overflows.
const positive = [1e-30, 1e-7, 1e-3, 0.3, 0.999, 1, 1.001, 3, 10, 16, 88, 95, 1e4];

describe('logOneMinusExp', () => {
  const x = positive.map(Math.fround);

  test('agrees with log(1 - exp(-x)) in float64', async () => {
    await expectClose(
      logOneMinusExp(tf.tensor1d(x)),
      x.map((value) => Math.log(-Math.expm1(-value))),
      { relative: 2e-6, absolute: 2e-7 },
    );
  });

  test('has the derivative 1 / (exp(x) - 1), even where exp(x) overflows', async () => {
    await expectClose(
      tf.grad(logOneMinusExp)(tf.tensor1d(x)),
      x.map((value) => 1 / Math.expm1(value)),
      { relative: 3e-6, absolute: 1e-7 },
    );
  });

  test('has the second derivative -exp(x) / (exp(x) - 1)^2', async () => {
    const moderate = x.filter((value) => value > 1e-4 && value < 80);
    await expectClose(
      tf.grad((y) => tf.sum(tf.grad(logOneMinusExp)(y)))(tf.tensor1d(moderate)),
      moderate.map((value) => -1 / (4 * Math.sinh(value / 2) ** 2)),
      { relative: 1e-5, absolute: 1e-7 },
    );
  });
});

describe('the continuous Bernoulli family', () => {
  const logits = [0, ...positive, ...positive.map((value) => -value)].map(Math.fround);
  // In float64, 1e-3 is enough for the closed forms to keep ten digits; below it the first two terms are exact.
  const mean = (l: number): number => (Math.abs(l) < 1e-3 ? 0.5 + l / 12 : -1 / Math.expm1(-l) - 1 / l);
  const variance = (l: number): number =>
    Math.abs(l) < 1e-2 ? 1 / 12 - l ** 2 / 240 : 1 / l ** 2 - 1 / (4 * Math.sinh(l / 2) ** 2);

  test('has the log-partition log((exp(l) - 1) / l), its mean and its variance as derivatives', async () => {
    const at = tf.tensor1d(logits);
    const partition = (l: number): number =>
      l === 0 ? 0 : Math.max(l, 0) + Math.log(-Math.expm1(-Math.abs(l)) / Math.abs(l));
    await expectClose(continuousBernoulliLogPartition(at), logits.map(partition), { relative: 2e-6, absolute: 3e-7 });
    const close = { relative: 3e-6, absolute: 3e-7 };
    await expectClose(continuousBernoulliMean(at), logits.map(mean), close);
    await expectClose(tf.grad(continuousBernoulliLogPartition)(at), logits.map(mean), close);
    const second = tf.grad((l) => tf.sum(tf.grad(continuousBernoulliLogPartition)(l)))(at);
    await expectClose(second, logits.map(variance), { relative: 1e-5, absolute: 1e-6 });
  });

  test('is odd about 1/2 to the last bits', async () => {
    const [plus, minus] = await Promise.all(
      [1, -1].map((sign) => read(continuousBernoulliMean(tf.tensor1d(positive.map((value) => sign * value))))),
    );
    plus!.forEach((value, i) => expect(Math.abs(value + minus![i]! - 1)).toBeLessThan(2e-7));
  });
});

describe('bernoulliLogLikelihood', () => {
  test('has the gradient x - 1/2 at logits of 0, where a network starts', async () => {
    const logits = tf.zeros([3]);
    const x = tf.tensor1d([0, 0.5, 1]);
    const value = (l: Tensor): Tensor => bernoulliLogLikelihood(x, l, [0]);
    await expectClose(tf.grad(value)(logits), [-0.5, 0, 0.5]);
    await expectClose(tf.grad((l) => tf.sum(tf.grad(value)(l)))(logits), [-0.25, -0.25, -0.25]);
  });

  test('stays accurate for a large logit with the right sign', async () => {
    const value = bernoulliLogLikelihood(tf.tensor2d([[1], [0], [1]]), tf.tensor2d([[5], [-5], [-95]]), [1]);
    const small = -Math.log1p(Math.exp(-5));
    await expectClose(value, [small, small, -95], { relative: 2e-5, absolute: 1e-7 });
  });
});
