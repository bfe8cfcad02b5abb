import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { crossEntropy } from '../../src/operations/cross-entropy.js';
import { createRandom } from '../../src/random/index.js';
import { checkGradients, checkSecondGradients } from '../support/checks.js';
import { expectOracle, read } from '../support/close.js';
import { inScope } from '../support/in-scope.js';

inScope();

const labelsOf = (labels: readonly number[]): Tensor => tf.tensor1d([...labels], 'int32');
const run = (logits: Tensor, labels: readonly number[]): Tensor =>
  tf.tidy(() => crossEntropy(logits, labelsOf(labels)));

/** The definition in float64. */
function reference(logits: ArrayLike<number>, labels: readonly number[]): number[] {
  const classes = logits.length / labels.length;
  return labels.map((label, row) => {
    if (label < 0) return 0;
    const own = Array.from(logits).slice(row * classes, (row + 1) * classes);
    const largest = Math.max(...own);
    return largest + Math.log(own.reduce((sum, one) => sum + Math.exp(one - largest), 0)) - own[label]!;
  });
}

describe('cross-entropy', () => {
  test.each([1, 3, 7, 84])(
    'of %d classes is its definition, even where exp is infinite, and 0 for no label',
    async (classes) => {
      const labels = [0, classes - 1, -1, Math.floor(classes / 2), 0];
      for (const [scale, shift] of [
        [2, 0],
        [30, 1000],
        [30, -1000],
      ] as const) {
        const logits = tf.add(tf.mul(createRandom(1).normal([5, classes]), scale), shift);
        const expected = reference(await read(logits), labels);
        await expectOracle(run(logits, labels), expected, {
          relative: 1e-5,
          absolute: 1e-6 * Math.max(1, Math.abs(shift)),
        });
      }
    },
  );

  test('has correct first and second derivatives, which are zero for no label', async () => {
    const x = createRandom(2).normal([4, 5]);
    const labels = [3, -1, 0, 4];
    const weights = tf.tensor1d([1, -2, 0.5, 3]);
    await checkGradients((place) => tf.mul(run(place, labels), weights), [x]);
    const slope = (place: Tensor): Tensor => tf.grad((at: Tensor) => tf.mul(run(at, labels), weights))(place);
    await checkSecondGradients(slope, [x]);
    expect(await read(tf.slice(slope(x), [1, 0], [1, 5]))).toEqual([0, 0, 0, 0, 0]);
  });

  test('is NaN for a label out of range, and in no other row', async () => {
    const values = await read(run(createRandom(2).normal([3, 5]), [1, 5, -1]));
    expect(Array.from(values, Number.isNaN)).toEqual([false, true, false]);
    // a finite gradient would be applied, although the loss is NaN
    const slopes = await read(tf.grad((x: Tensor) => run(x, [1, 5, -1]))(createRandom(2).normal([3, 5])));
    expect(Array.from({ length: 3 }, (_, row) => slopes.slice(5 * row, 5 * row + 5).every(Number.isNaN))).toEqual([
      false,
      true,
      false,
    ]);
  });

  test('of one class is 0 with a zero gradient, and one row stays a row', async () => {
    const logits = tf.tensor2d([[3], [-2]]);
    expect(await read(run(logits, [0, 0]))).toEqual([0, 0]);
    const slope = tf.grad((x: Tensor) => run(x, [0, 0]))(logits);
    expect(slope.shape).toEqual([2, 1]);
    expect(await read(slope)).toEqual([0, 0]);
    expect(run(tf.zeros([1, 3]), [1]).shape).toEqual([1]);
  });

  test('of no rows is empty', () => {
    expect(run(tf.zeros([0, 5]), []).shape).toEqual([0]);
  });
});
