import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { valueAndGradients } from '../../src/training/index.js';
import { expectClose } from '../support/close.js';
import { inScope } from '../support/in-scope.js';

inScope();

const weights = (values: number[]) => tf.variable(tf.tensor1d(values));

/** x, unchanged; calls `atBackward` when its gradient is computed. */
function watch(x: Tensor, atBackward: () => void): Tensor {
  return tf.customGrad((input) => {
    const value = tf.clone(input as Tensor);
    return {
      value,
      gradFunc: (dy: Tensor) => {
        atBackward();
        return tf.clone(dy);
      },
    };
  })(x);
}

describe('a backward pass', () => {
  test('holds no more at its end than at its start, however long the chain is', () => {
    const w = weights([0.3, 0.7]);
    const held: number[] = [];
    const count = () => held.push(tf.memory().numTensors);
    valueAndGradients(() => {
      let x = watch(w, count);
      for (let i = 0; i < 50; i++) x = tf.sin(x);
      return tf.sum(watch(x, count));
    }, [w]);
    const [atBeginning, atEnd] = held as [number, number];
    // tfjs alone holds two more for each of the fifty operations
    expect(atEnd).toBeLessThan(atBeginning - 40);
  });

  test('keeps gradients that are passed on unchanged, to one input or to several', async () => {
    const [a, b] = [weights([1, 2]), weights([3, 4])];
    const both = tf.customGrad((x, y) => ({
      value: tf.add(x as Tensor, y as Tensor),
      gradFunc: (dy: Tensor) => [dy, dy],
    }));
    const { gradients } = valueAndGradients(
      () => tf.sum(tf.mul(both(tf.square(a), tf.exp(tf.square(b))), [5, 6])),
      [a, b],
    );
    await expectClose(gradients[0]!, [10, 24]);
    await expectClose(gradients[1]!, [5 * 6 * Math.exp(9), 6 * 8 * Math.exp(16)]);
  });

  test('frees nothing that it has not made: neither a constant that a gradient returns, nor what a gradient keeps', async () => {
    const w = weights([1, 2]);
    const slope = tf.tensor1d([7, 8]);
    const kept: Tensor[] = [];
    const constant = tf.customGrad((x) => ({ value: tf.clone(x as Tensor), gradFunc: () => slope }));
    const keeping = tf.customGrad((x) => ({
      value: tf.clone(x as Tensor),
      gradFunc: (dy: Tensor) => {
        kept.push(tf.keep(tf.mul(dy, 3)));
        return kept[0]!;
      },
    }));
    const { gradients } = valueAndGradients(() => tf.sum(constant(keeping(tf.square(w)))), [w]);
    await expectClose(gradients[0]!, [2 * 3 * 7, 4 * 3 * 8]);
    await expectClose(slope, [7, 8]);
    await expectClose(kept[0]!, [21, 24]);
  });

  test('is correct where gradients meet, where an operation has many outputs, and through a gradient of a gradient', async () => {
    const w = weights([0.3, 0.7]);
    const loss = (): Tensor => {
      const [first, second] = tf.split(tf.sqrt(w), 2) as [Tensor, Tensor];
      const slope = tf.grad((x) => tf.sum(tf.mul(tf.square(x), tf.exp(w))))(tf.sqrt(w));
      return tf.add(tf.sum(tf.mul(first, tf.add(first, second))), tf.sum(tf.square(slope)));
    };
    const { gradients } = valueAndGradients(loss, [w]);
    const of = ([a, b]: [number, number]): number => {
      const slopes = [a, b].map((x) => 2 * Math.sqrt(x) * Math.exp(x));
      return Math.sqrt(a) * (Math.sqrt(a) + Math.sqrt(b)) + slopes.reduce((sum, x) => sum + x * x, 0);
    };
    const h = 1e-5;
    const expected = [
      (of([0.3 + h, 0.7]) - of([0.3 - h, 0.7])) / (2 * h),
      (of([0.3, 0.7 + h]) - of([0.3, 0.7 - h])) / (2 * h),
    ];
    await expectClose(gradients[0]!, expected, { relative: 1e-4, absolute: 1e-5 });
  });
});
