import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { minimaxLoss, minimaxValue, nonSaturatingLoss, relativisticLoss, smoothedLoss } from '../../src/gan/index.js';
import { createRandom } from '../../src/random/index.js';
import { expectClose } from '../support/close.js';
import { golden, goldenTensor } from '../support/golden.js';
import { checkGradients, checkNoLeaks } from '../support/checks.js';
import { inScope } from '../support/in-scope.js';

// The laws of all losses are in tests/contract/adversarial-losses.fast.test.ts.

inScope();

test('the value of the game agrees with PyTorch in float64, and its negative is the discriminator’s minimax loss', async () => {
  const { real, fake, value } = golden('adversarial');
  const [r, f] = [goldenTensor(real), goldenTensor(fake)];
  expect(minimaxValue(r, f).shape).toEqual([]);
  await expectClose(minimaxValue(r, f), value);
  await expectClose(tf.neg(minimaxLoss.discriminator(r, f)), minimaxValue(r, f));
  await checkGradients(minimaxValue, [tf.tensor2d([[0.4], [-1]]), tf.tensor2d([[2], [-0.3], [0.1]])]);
  await checkNoLeaks(() => minimaxValue(r, f));
});

test('for the best discriminator the value is 2 JS - log 4, which is -log 4 when both distributions are the same', async () => {
  // Two distributions over three points, as batches of ten with the points repeated.
  const logitsOf = (counts: readonly number[], real: readonly number[], fake: readonly number[]): Tensor =>
    tf.tensor2d(
      counts.flatMap((n, k) => new Array<number>(n).fill(Math.log(real[k]! / fake[k]!))),
      [10, 1],
    );
  const bestValue = (real: readonly number[], fake: readonly number[]): Tensor =>
    minimaxValue(logitsOf(real, real, fake), logitsOf(fake, real, fake));
  await expectClose(bestValue([5, 3, 2], [5, 3, 2]), -Math.log(4));
  const [p, q] = [
    [5, 3, 2],
    [1, 3, 6],
  ];
  const divergence = (from: readonly number[]): number =>
    from.reduce((sum, n, k) => sum + (n / 10) * Math.log((2 * n) / (p[k]! + q[k]!)), 0);
  await expectClose(bestValue(p, q), divergence(p) + divergence(q) - Math.log(4));
});

test('the value rejects other logits by name', () => {
  expect(() => minimaxValue(tf.ones([3]), tf.ones([3, 1]))).toThrow(
    'minimaxValue: `realLogits` must have shape [?, 1]; got [3]. Take them from discriminator.logits(x).',
  );
  expect(() => minimaxValue(tf.ones([3, 1]), tf.ones([3, 1], 'int32'))).toThrow('minimaxValue: `fakeLogits`');
});

test('where the discriminator is sure of a fake the minimax gradient vanishes and the non-saturating one does not', async () => {
  const sure = tf.tensor2d([[-10]]);
  await expectClose(tf.grad((f) => minimaxLoss.generator(f))(sure), -1 / (1 + Math.exp(10)), { absolute: 0 });
  await expectClose(tf.grad((f) => nonSaturatingLoss.generator(f))(sure), -1 / (1 + Math.exp(-10)));
});

test('the relativistic loss depends only on differences', async () => {
  const random = createRandom(1);
  const [r, f] = [random.normal([5, 1]), random.normal([3, 1])];
  const moved = [tf.add(r, 7), tf.add(f, 7)] as const;
  await expectClose(relativisticLoss.discriminator(...moved), relativisticLoss.discriminator(r, f));
  await expectClose(relativisticLoss.generator(moved[1], moved[0]), relativisticLoss.generator(f, r));
});

test('a smoothed loss is the cross-entropy with its target, and near the target 1 the non-saturating loss', async () => {
  const [r, f] = [tf.tensor2d([[0.7], [-2]]), tf.tensor2d([[-0.4]])];
  const almost = smoothedLoss({ realTarget: 1 - 1e-7 });
  await expectClose(almost.discriminator(r, f), nonSaturatingLoss.discriminator(r, f));
  const [d1, d2] = [1 / (1 + Math.exp(-0.7)), 1 / (1 + Math.exp(2))];
  const crossEntropy = [d1, d2].reduce((sum, d) => sum - 0.9 * Math.log(d) - 0.1 * Math.log(1 - d), 0) / 2;
  const expected = crossEntropy + Math.log1p(Math.exp(-0.4));
  await expectClose(smoothedLoss({ realTarget: 0.9 }).discriminator(r, f), expected);
});

test('targets that are not probabilities between 0 and 1 are rejected', () => {
  for (const realTarget of [0, 1, 1.2, NaN]) {
    expect(() => smoothedLoss({ realTarget })).toThrow(
      `smoothedLoss: \`realTarget\` must be finite and above 0 and below 1; got ${realTarget}.`,
    );
  }
  expect(() => smoothedLoss({ realTarget: '0.9' as unknown as number })).toThrow(TypeError);
});
