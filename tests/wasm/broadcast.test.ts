import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { expectAgreement } from './agree.js';

const add = (a: Tensor, b: Tensor): Tensor => tf.add(a, b);
const multiply = (a: Tensor, b: Tensor): Tensor => tf.mul(a, b);

describe.each([
  ['sums', add],
  ['products', multiply],
])('%s with one number for each channel on wasm', (_, operation) => {
  it.each([
    [[16, 9, 9, 8], [8]],
    [
      [16, 9, 9, 8],
      [16, 1, 1, 8],
    ],
    [
      [16, 9, 9, 7],
      [1, 1, 1, 7],
    ],
    [
      [16, 9, 9, 7],
      [9, 7],
    ],
    [
      [2, 3, 40, 30],
      [2, 3, 1, 30],
    ],
    [
      [2, 3, 40, 30],
      [2, 1, 40, 1],
    ],
    [
      [2, 3, 40, 30],
      [3, 1, 30],
    ],
    [
      [70, 40, 30],
      [70, 1, 30],
    ],
    [
      [700, 4],
      [700, 1],
    ],
    [[5000, 13], [13]],
    [
      [400, 5],
      [400, 5],
    ],
    [[400, 5], []],
    [[97], []],
    [[101, 1], [1]],
    [[101, 2], [2]],
    [[101, 3], [3]],
    [
      [7, 31, 3],
      [7, 1, 3],
    ],
    [
      [7, 31],
      [7, 1],
    ],
    [
      [300, 131],
      [300, 1],
    ],
    [
      [400, 1, 2],
      [5, 2],
    ],
  ])('of [%s] and [%s] are those of cpu with their gradients, both ways', async (x, row) => {
    await expectAgreement(operation, [x, row]);
    await expectAgreement(operation, [row, x]);
  });

  it('of any shapes are those of cpu', async () => {
    const axis = fc.tuple(fc.integer({ min: 1, max: 12 }), fc.constantFrom('both', 'first', 'second'));
    await fc.assert(
      fc.asyncProperty(fc.array(axis, { minLength: 1, maxLength: 4 }), fc.nat(3), async (axes, dropped) => {
        const of = (other: string): number[] => axes.map(([size, whose]) => (whose === other ? 1 : size));
        // ones in front may be left out
        const second = of('first');
        while (second[0] === 1 && second.length > dropped) second.shift();
        await expectAgreement(operation, [of('second'), second]);
      }),
      { seed: 6, numRuns: 60 },
    );
  });

  it('of integers are those of cpu', async () => {
    const integers = (x: Tensor): Tensor => tf.cast(tf.round(tf.mul(9, x)), 'int32');
    await expectAgreement((a, b) => operation(integers(a), integers(b)), [[400, 5], [5]], { gradients: false });
  });
});
