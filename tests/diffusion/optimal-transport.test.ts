import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { optimalTransport } from '../../src/diffusion/index.js';
import { createRandom } from '../../src/random/index.js';
import { checkNoLeaks } from '../support/checks.js';
import { expectOracle, read } from '../support/close.js';
import { inScope } from '../support/in-scope.js';

inScope();

const random = createRandom(1);

/** The sum of squared distances of pairs in float64. */
const costOf = (x: readonly number[], noise: readonly number[], order: ArrayLike<number>, size: number): number =>
  x.reduce((sum, one, k) => sum + (one - noise[order[Math.floor(k / size)]! * size + (k % size)]!) ** 2, 0);

test('Pairs have the least sum of squared distances, for data of any shape and far from 0.', async () => {
  const orders = (n: number): number[][] =>
    n === 0 ? [[]] : orders(n - 1).flatMap((o) => Array.from({ length: n }, (_, i) => [...o.slice(0, i), n - 1, ...o.slice(i)])); // prettier-ignore
  for (const [shape, offset] of [
    [[6, 2], 0],
    [[5, 2, 2, 1], 300],
  ] as const) {
    const x = tf.add(random.normal(shape), offset);
    const noise = random.normal(shape);
    const order = await optimalTransport()({ x, noise });
    const [values, others] = [await read(x), await read(noise)];
    const size = values.length / shape[0];
    const least = Math.min(...orders(shape[0]).map((all) => costOf(values, others, all, size)));
    await expectOracle(costOf(values, others, order, size), least, { relative: 1e-6 });
    expect([...Array.from(order)].sort()).toEqual(Array.from({ length: shape[0] }, (_, i) => i));
  }
});

test('Examples exchange noise within their label only, and there at the least cost.', async () => {
  const x = tf.tensor2d([[0], [1], [2], [3]]);
  const noise = tf.tensor2d([[3], [2], [1], [0]]);
  expect([...Array.from(await optimalTransport()({ x, noise }))]).toEqual([3, 2, 1, 0]);
  expect([
    ...Array.from(await optimalTransport()({ x, noise, condition: tf.tensor1d([5, -1, 5, -1], 'int32') })),
  ]).toEqual([2, 3, 0, 1]);
});

test('It leaks nothing, and rejects what is not finite or does not fit.', async () => {
  const x = tf.tensor2d([[0], [1]]);
  await checkNoLeaks(() => optimalTransport()({ x, noise: x }));
  const broken = tf.tensor2d([[NaN], [1]]);
  await checkNoLeaks(() =>
    expect(optimalTransport()({ x, noise: broken })).rejects.toThrow('optimalTransport: `x` must be finite'),
  );
  await expect(optimalTransport()({ x, noise: tf.zeros([3, 1]) })).rejects.toThrow('`noise` must have shape [2, 1]');
});
