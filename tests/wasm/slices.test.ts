import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { describe, expect, test } from 'vitest';
import { expectAgreement, tensorOf } from './agree.js';

const boxes: { shape: number[]; begin: number[]; size: number[] }[] = [
  { shape: [7], begin: [2], size: [3] },
  { shape: [7], begin: [0], size: [7] },
  { shape: [4, 5], begin: [1, 0], size: [2, 5] },
  { shape: [4, 5], begin: [1, 2], size: [3, 1] },
  { shape: [3, 4, 5], begin: [1, 1, 0], size: [2, 2, 5] },
  { shape: [3, 4, 5], begin: [0, 0, 4], size: [-1, -1, 1] },
  { shape: [2, 3, 4, 5], begin: [1, 0, 1, 2], size: [1, 3, 2, 2] },
  { shape: [2, 2, 3, 2, 3], begin: [0, 1, 0, 0, 1], size: [2, 1, 3, 1, 2] },
  { shape: [1, 3, 1], begin: [0, 1, 0], size: [1, 2, 1] },
  { shape: [3, 4], begin: [1, 1], size: [0, 2] },
];

describe('slices on wasm', () => {
  test.each(boxes)('of $shape from $begin of $size are those of cpu', async ({ shape, begin, size }) => {
    await expectAgreement((x) => tf.slice(x, begin, size), [shape], { gradients: !size.includes(0) });
  });

  test.each([
    { shape: [6, 5], sizes: 3, axis: 0 },
    { shape: [6, 5], sizes: [1, 4], axis: 1 },
    { shape: [2, 3, 8], sizes: [3, -1, 1], axis: -1 },
    { shape: [2, 6, 2, 3], sizes: 2, axis: 1 },
  ])('splits of $shape into $sizes along $axis are those of cpu', async ({ shape, sizes, axis }) => {
    await expectAgreement((x) => tf.concat(tf.split(x, sizes, axis).reverse(), axis), [shape]);
  });

  test.each(['int32', 'bool'] as const)('keep %s', async (dtype) => {
    const x = tf.cast(tf.round(tf.mul(10, tensorOf([4, 3], 1))), dtype);
    const column = tf.slice(x, [0, 1], [4, 1]);
    const all = await x.data();
    expect(column.dtype).toBe(dtype);
    expect([...(await column.data())]).toEqual([1, 4, 7, 10].map((i) => all[i]));
    tf.dispose([x, column]);
  });

  test('outside of the tensor are refused, and of strings are those of tfjs', async () => {
    const x = tensorOf([4, 3], 1);
    expect(() => tf.slice(x, [2, 0], [3, 3])).toThrow();
    const words = tf.tensor1d(['a', 'b', 'c']);
    const last = tf.slice(words, 1, 2);
    expect(await last.data()).toEqual(['b', 'c']);
    tf.dispose([x, words, last]);
  });

  test('do not move with the tensor that they were cut from', async () => {
    const x = tensorOf([2, 3], 1);
    const row = tf.slice(x, [1, 0], [1, 3]);
    const before = [...(await row.data())];
    x.dispose();
    const others = Array.from({ length: 20 }, (_, i) => tensorOf([2, 3], i));
    expect([...(await row.data())]).toEqual(before);
    tf.dispose([row, ...others]);
  });
});
