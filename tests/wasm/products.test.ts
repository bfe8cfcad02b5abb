import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor3D } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { expectAgreement } from './agree.js';

const product = (transposeA: boolean, transposeB: boolean) => (a: Tensor, b: Tensor) =>
  tf.matMul(a, b, transposeA, transposeB);

/** Shapes of two operands whose plain product is [..., 5, 4] over 3. */
function operands(batchA: number[], batchB: number[], transposeA: boolean, transposeB: boolean): [number[], number[]] {
  return [
    [...batchA, ...(transposeA ? [3, 5] : [5, 3])],
    [...batchB, ...(transposeB ? [4, 3] : [3, 4])],
  ];
}
const everyTransposition = [false, true].flatMap((a) => [false, true].map((b) => [a, b] as const));

describe('matrix products on wasm', () => {
  it.each(everyTransposition)('have the gradients of cpu, transposed %s and %s', async (transposeA, transposeB) => {
    for (const batch of [[], [1], [3], [2, 3]]) {
      await expectAgreement(product(transposeA, transposeB), operands(batch, batch, transposeA, transposeB));
    }
  });

  it.each(everyTransposition)('broadcast batches, transposed %s and %s', async (transposeA, transposeB) => {
    const pairs: [number[], number[]][] = [
      [[4], []],
      [[], [4]],
      [[4], [1]],
      [[1], [4]],
      [
        [2, 1],
        [2, 3],
      ],
      [[2, 3], [3]],
      [
        [2, 1],
        [1, 3],
      ],
    ];
    for (const [batchA, batchB] of pairs) {
      const shapes = operands(batchA, batchB, transposeA, transposeB);
      const batch = tf.broadcast_util.assertAndGetBroadcastShape(batchA, batchB);
      // cpu itself is wrong for some of these: its operands are broadcast beforehand.
      const oracle = (a: Tensor, b: Tensor): Tensor => {
        if (tf.getBackend() === 'wasm') return product(transposeA, transposeB)(a, b);
        const whole = (x: Tensor): Tensor => tf.broadcastTo(x, [...batch, ...x.shape.slice(-2)]);
        return product(transposeA, transposeB)(whole(a), whole(b));
      };
      await expectAgreement(oracle, shapes, { gradients: false });
    }
  });

  it('of large matrices in a batch have the gradients of cpu', async () => {
    await expectAgreement(product(false, true), [
      [3, 33, 30],
      [3, 31, 30],
    ]);
    await expectAgreement(
      product(true, false),
      [
        [3, 30, 33],
        [30, 31],
      ],
      { gradients: false },
    );
  });

  it('have the gradients of cpu for any sizes', async () => {
    const size = fc.integer({ min: 1, max: 9 });
    await fc.assert(
      fc.asyncProperty(fc.tuple(size, size, size, size), fc.boolean(), fc.boolean(), ([n, m, k, batch], a, b) =>
        expectAgreement(product(a, b), [
          [batch, ...(a ? [k, m] : [m, k])],
          [batch, ...(b ? [n, k] : [k, n])],
        ]),
      ),
      { seed: 5, numRuns: 30 },
    );
  });

  it.each(everyTransposition)('with bias and activation are those of cpu, transposed %s and %s', async (a, b) => {
    for (const activation of ['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu'] as const) {
      const fused = (left: Tensor, right: Tensor, bias: Tensor): Tensor =>
        tf.fused.matMul({ a: left, b: right, transposeA: a, transposeB: b, bias, activation });
      // tfjs's gradients of the other activations need its chained operations, which the tests do without.
      const gradients = activation === 'linear' || activation === 'relu';
      await expectAgreement(fused, [...operands([], [], a, b), [4]], { gradients });
      await expectAgreement(fused, [...operands([2], [2], a, b), [4]], { gradients: false });
    }
    const prelu = (left: Tensor, right: Tensor, bias: Tensor, weights: Tensor): Tensor =>
      tf.fused.matMul({
        a: left,
        b: right,
        transposeA: a,
        transposeB: b,
        bias,
        activation: 'prelu',
        preluActivationWeights: weights,
      });
    await expectAgreement(prelu, [...operands([], [], a, b), [4], [4]], { gradients: false });
  });
});

describe('einsum on wasm', () => {
  it.each([
    ['ij,jk->ik', [3, 4], [4, 5]],
    ['ij,jk->ki', [3, 4], [4, 5]],
    ['bij,bjk->bik', [2, 3, 4], [2, 4, 5]],
    ['bhqd,bhkd->bhqk', [2, 3, 4, 5], [2, 3, 6, 5]],
    ['bqhd,bkhd->bhqk', [2, 4, 3, 5], [2, 6, 3, 5]],
    ['ij,ij->', [3, 4], [3, 4]],
    ['ij,ij->i', [3, 4], [3, 4]],
    ['i,j->ij', [3], [4]],
    ['ij,j->ji', [3, 4], [4]],
    ['ijk,jl->il', [2, 3, 4], [3, 5]],
  ])('%s is that of cpu', async (equation, a, b) => {
    await expectAgreement((x, y) => tf.einsum(equation, x, y), [a, b], { gradients: false });
  });

  it.each([
    ['ij->ji', [3, 4]],
    ['ij->', [3, 4]],
    ['ijk->ki', [3, 4, 2]],
    ['i->i', [3]],
  ])('%s of one tensor is that of cpu', async (equation, shape) => {
    await expectAgreement((x) => tf.einsum(equation, x), [shape], { gradients: false });
  });

  it('of integers stays exact', async () => {
    const integers = (x: Tensor): Tensor => tf.cast(tf.mul(x, 9), 'int32');
    await expectAgreement(
      (x, y) => tf.einsum('ij,jk->ik', integers(x), integers(y)),
      [
        [3, 4],
        [4, 2],
      ],
      { gradients: false },
    );
  });
});

describe('gather on wasm', () => {
  it('has the gradient of cpu: repeated rows add up, rows not named get zero', async () => {
    await expectAgreement((x) => tf.gather(x, tf.tensor1d([4, 0, 4, 4, 2], 'int32')), [[6, 3]]);
    await expectAgreement((x) => tf.gather(x, tf.tensor1d([1, 1, 0], 'int32'), 1), [[3, 2, 4]]);
    await expectAgreement(
      (x) =>
        tf.gather(
          x,
          tf.tensor2d(
            [
              [1, 1],
              [0, 3],
            ],
            [2, 2],
            'int32',
          ),
        ),
      [[4, 5]],
    );
  });

  it('leaves out segments that are negative or too large, as cpu does', async () => {
    const sums = (x: Tensor): Tensor => tf.unsortedSegmentSum(x as Tensor3D, tf.tensor1d([0, -1, 7, 2, 0], 'int32'), 3);
    await expectAgreement(sums, [[5, 2, 3]], { gradients: false });
  });
});
