import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, test } from 'vitest';
import { meanSquaredDifference } from '../../src/gradients/index.js';
import { expectClose, read } from '../support/close.js';

beforeEach(() => {
  tf.engine().startScope();
});
afterEach(() => {
  tf.engine().endScope();
});

// a power of two, whose gradient is a product, and another number
const shapes = [
  [4, 2],
  [3, 5],
];
const numbers = (shape: number[], from: number): Tensor =>
  tf.tensor(
    Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => Math.sin(i + from)),
    shape,
  );
/** tfjs's own operations, in the same order. */
const plain = (a: Tensor, b: Tensor): Tensor => tf.mean(tf.square(tf.sub(a, b)));

/** GPUs divide with an error of a few bits. */
const sameBits = () => ({ relative: ['cpu', 'wasm'].includes(tf.getBackend()) ? 0 : 1e-6 });

describe.each(shapes)('of [%i, %i] numbers', (...shape) => {
  test("meanSquaredDifference has the bits of tfjs's operations, and so have its gradients", async () => {
    const pair = [numbers(shape, 1), numbers(shape, 9)] as const;
    await expectClose(meanSquaredDifference(...pair), await read(plain(...pair)), sameBits());
    const [own, theirs] = [meanSquaredDifference, plain].map((f) =>
      tf.grads((a: Tensor, b: Tensor) => tf.mul(f(a, b), 1 / 3))([...pair]),
    );
    for (const i of [0, 1]) await expectClose(own![i]!, await read(theirs![i]!), sameBits());
  });

  test('meanSquaredDifference has the second derivative 2 / n', async () => {
    const [a, b] = [numbers(shape, 1), numbers(shape, 9)];
    const slope = tf.grad((x: Tensor) => tf.sum(tf.grad((y: Tensor) => meanSquaredDifference(y, b))(x)))(a);
    await expectClose(slope, new Array<number>(a.size).fill(2 / a.size));
  });
});
