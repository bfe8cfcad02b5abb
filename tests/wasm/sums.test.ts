import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectAgreement, numbers } from './agree.js';

/** The sums over some axes in float64. */
function referenceSums(values: ArrayLike<number>, shape: readonly number[], axes: readonly number[]): Float64Array {
  const kept = shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  const strides = tf.util.computeStrides([...kept, 1]);
  const sums = new Float64Array(tf.util.sizeFromShape(kept));
  const place = shape.map(() => 0);
  for (let i = 0; i < values.length; i++) {
    const to = place.reduce((sum, index, axis) => sum + (axes.includes(axis) ? 0 : index * strides[axis]!), 0);
    sums[to]! += values[i]!;
    for (let axis = shape.length - 1; axis >= 0 && ++place[axis]! === shape[axis]; axis--) place[axis] = 0;
  }
  return sums;
}

async function expectSums(shape: readonly number[], axes: readonly number[]): Promise<void> {
  const values = numbers(tf.util.sizeFromShape([...shape]), 4);
  const expected = referenceSums(values, shape, axes);
  const n = values.length / expected.length;
  for (const [of, factor] of [
    [tf.sum, 1],
    [tf.mean, 1 / n],
  ] as const) {
    for (const keepDims of [true, false]) {
      const result = tf.tidy(() => of(tf.tensor(values, [...shape]), [...axes], keepDims));
      const kept = shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
      expect(result.shape).toEqual(keepDims ? kept : shape.filter((_, axis) => !axes.includes(axis)));
      const received = await result.data();
      result.dispose();
      const error = expected.reduce((worst, sum, i) => Math.max(worst, Math.abs(sum * factor - received[i]!)), 0);
      // numbers below 1: the rounding of n of them, in blocks
      expect(error / factor, `${of.name} of [${shape.join()}] over ${axes.join()}`).toBeLessThan(
        1e-6 * Math.sqrt(n) + 1e-6,
      );
    }
  }
}

describe('sums on wasm', () => {
  it('over any axes are those of float64', async () => {
    const size = fc.integer({ min: 1, max: 9 });
    const shapes = fc.array(size, { minLength: 1, maxLength: 4 });
    const asked = shapes.chain((shape) =>
      fc.tuple(fc.constant(shape), fc.subarray([...shape.keys()], { minLength: 1 })),
    );
    await fc.assert(
      fc.asyncProperty(asked, ([shape, axes]) => expectSums(shape, axes)),
      { seed: 3, numRuns: 150 },
    );
  });

  it.each([
    [[1000, 1], [0]],
    [[5003, 3], [0]],
    [[4100, 15], [0]],
    [[4097, 16], [0]],
    [[3001, 70], [0]],
    [[2, 3000, 5], [1]],
    [[3, 1000, 33], [1]],
    [[40000, 2], [1]],
    [[2, 70001], [1]],
    [
      [5, 7, 11, 200],
      [0, 1, 2],
    ],
    [
      [5, 7, 11, 200],
      [1, 2],
    ],
    [
      [5, 7, 11, 200],
      [0, 3],
    ],
    [[100003], [0]],
    ...[1, 2, 3, 4, 7, 15, 16, 17].flatMap((length): [number[], number[]][] => [
      [[103, length], [1]],
      [[17001, length], [1]],
    ]),
  ])('of [%s] over %s are those of float64', (shape, axes) => expectSums(shape, axes));

  it('stay exact to seven digits over a million numbers', async () => {
    const ones = tf.tidy(() => tf.fill([2 ** 20, 3], 1.1));
    const sums = await tf.sum(ones, 0).data();
    ones.dispose();
    for (const sum of sums) expect(Math.abs(sum / (2 ** 20 * Math.fround(1.1)) - 1)).toBeLessThan(1e-5);
  });

  it('of no numbers are 0, and means NaN, with any old contents of the heap', async () => {
    for (const shape of [
      [0, 5],
      [0, 10, 10],
    ]) {
      tf.fill(shape.slice(1), 7).dispose();
      const sums = tf.sum(tf.zeros(shape), 0);
      expect(sums.shape).toEqual(shape.slice(1));
      expect(new Set(await sums.data())).toEqual(new Set([0]));
      tf.fill(shape.slice(1), 7).dispose();
      const means = tf.mean(tf.zeros(shape), 0, true);
      expect(means.shape).toEqual([1, ...shape.slice(1)]);
      expect(new Set(await means.data())).toEqual(new Set([NaN]));
    }
  });

  it.each([
    ['sum', 'float32', 0],
    ['sum', 'int32', 0],
    ['max', 'float32', -Infinity],
    ['max', 'int32', 0],
    ['min', 'float32', Infinity],
    ['min', 'int32', 0],
    ['prod', 'float32', 1],
    ['prod', 'int32', 1],
    ['any', 'bool', 0],
    ['all', 'bool', 1],
  ] as const)('of nothing: %s of %s is %d, whatever lay on the heap', async (name, dtype, value) => {
    const reduce = tf[name] as (x: tf.Tensor, axis?: number | number[], keepDims?: boolean) => tf.Tensor;
    for (const [shape, axis, keepDims, left] of [
      [[0, 5], 0, false, [5]],
      [[3, 0], -1, true, [3, 1]],
      [[2, 0, 4], [1, 2], false, [2]],
      [[0], undefined, false, []],
      [[0, 4], 1, false, [0]],
    ] as const) {
      tf.fill([60], 7).dispose();
      const x = tf.cast(tf.zeros([...shape]), dtype);
      const result = reduce(x, typeof axis === 'object' ? [...axis] : axis, keepDims);
      expect(result.shape).toEqual(left);
      expect(result.dtype).toBe(dtype);
      expect([...(await result.data())]).toEqual(new Array(result.size).fill(value));
    }
  });

  it('of no products are 0, with any old contents of the heap', async () => {
    for (const [a, b, isLeft, isRight] of [
      [[3, 0], [0, 4], false, false],
      [[0, 3], [0, 4], true, false],
      [[3, 0], [4, 0], false, true],
      [[2, 3, 0], [2, 0, 4], false, false],
    ] as const) {
      tf.fill([3, 4], 7).dispose();
      const product = tf.matMul(tf.zeros([...a]), tf.zeros([...b]), isLeft, isRight);
      expect(product.shape.slice(-2)).toEqual([3, 4]);
      expect(new Set(await product.data())).toEqual(new Set([0]));
    }
  });

  it('have the gradients of cpu, and of integers and nothing are those of tfjs', async () => {
    await expectAgreement((x) => tf.sum(x, [0, 1]), [[4, 3, 5]]);
    await expectAgreement((x) => tf.mean(x, 1), [[4, 3, 5]]);
    await expectAgreement((x) => tf.add(tf.sum(x, -1, true), tf.mean(x, [-2, -1], true)), [[4, 3, 5]]);
    await expectAgreement((x) => tf.sum(x), [[4, 3, 5]]);
    await expectAgreement((x) => tf.sum(tf.cast(tf.mul(x, 10), 'int32'), 0), [[40, 5]], { gradients: false });
    await expectAgreement((x) => tf.sum(x, 0), [[0, 5]], { gradients: false });
    await expectAgreement((x) => tf.sum(x), [[]], { gradients: false });
  });
});
