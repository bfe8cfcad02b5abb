import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectAgreement, numbers } from './agree.js';
import { relativeError } from './relative-error.js';

const idsOf = (values: readonly number[]): Tensor1D => tf.tensor1d([...values], 'int32');

/** Sums of rows of numbers by segment, in float64. */
function expectSums(ids: readonly number[], rest: readonly number[], segments: number): void {
  const size = tf.util.sizeFromShape([...rest]);
  const values = numbers(ids.length * size, 5);
  const expected = new Float64Array(segments * size);
  ids.forEach((id, row) => {
    if (id < 0 || id >= segments) return;
    for (let k = 0; k < size; k++) expected[id * size + k]! += values[row * size + k]!;
  });
  const left = [tf.memory().numTensors, tf.backend().numDataIds()];
  tf.tidy(() => {
    const x = tf.tensor(values, [ids.length, ...rest]);
    const sums = tf.unsortedSegmentSum(x, idsOf(ids), segments);
    expect(sums.shape).toEqual([segments, ...rest]);
    expect(relativeError(sums.dataSync(), expected)).toBeLessThan(1e-6);
  });
  expect([tf.memory().numTensors, tf.backend().numDataIds()], 'nothing is left').toEqual(left);
}

describe('sums by segment on wasm', () => {
  it('are those of float64, without rows outside all segments', async () => {
    await tf.setBackend('wasm');
    const asked = fc.record({
      ids: fc.array(fc.integer({ min: -2, max: 9 }), { minLength: 1, maxLength: 30 }),
      rest: fc.array(fc.integer({ min: 1, max: 7 }), { maxLength: 2 }),
      segments: fc.integer({ min: 1, max: 8 }),
    });
    fc.assert(
      fc.property(asked, ({ ids, rest, segments }) => expectSums(ids, rest, segments)),
      { seed: 22, numRuns: 200 },
    );
  });

  it.each([33, 64, 100])('are those of float64 where work is divided: rows of %i', async (size) => {
    await tf.setBackend('wasm');
    const ids = Array.from({ length: 1200 }, (_, row) => ((row * 7919) % 50) - 1);
    expectSums(ids, [size], 47);
  });

  it('of integers are those of cpu', async () => {
    const integers = (x: Tensor): Tensor => tf.cast(tf.round(tf.mul(9, x)), 'int32');
    const sums = (x: Tensor): Tensor => tf.unsortedSegmentSum(integers(x), idsOf([2, -1, 0, 2, 5]), 4);
    await expectAgreement(sums, [[5, 6]], { gradients: false });
  });

  it('are the gradient of an embedding, which has zeros for what was not looked up', async () => {
    await expectAgreement((table) => tf.gather(table, idsOf([4, 0, 4, 4, 2])), [[6, 40]]);
  });
});
