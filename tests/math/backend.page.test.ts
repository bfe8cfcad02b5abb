import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { expectClose } from '../support/close.js';
import { golden, goldenTensor } from '../support/golden.js';

describe('the backend under test', () => {
  test('returns its numbers, to float32 precision', async () => {
    const numbers = golden('gaussian').mean;
    await expectClose(goldenTensor(numbers), numbers.data, { relative: 2 ** -23, absolute: 0 });
  });

  test('has gradients', async () => {
    await expectClose(tf.grad((x) => tf.mul(x, x))(tf.scalar(3)), 6);
  });
});

describe('expectClose', () => {
  test('rejects numbers outside its tolerance, NaN and a different count', async () => {
    await expect(expectClose([1, 1.001], [1, 1])).rejects.toThrow('number 1 is 1.001');
    await expect(expectClose(NaN, NaN)).rejects.toThrow('number 0');
    await expect(expectClose([1, 2], [1])).rejects.toThrow('how many numbers');
  });
});
