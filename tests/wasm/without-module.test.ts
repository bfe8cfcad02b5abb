import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { heapOf } from '../../src/wasm/heap/heap.js';
import { expectAgreement } from './agree.js';

const mark = Symbol.for('tfjs-generative: module on this backend');
type Marked = Record<symbol, unknown>;

// What an engine without SIMD has, or a tfjs whose memory is not where it is looked for.
describe('without the module', () => {
  let backend: Marked;
  let heap: unknown;
  beforeAll(async () => {
    await tf.setBackend('wasm');
    backend = tf.backend() as unknown as Marked;
    heap = heapOf(backend);
    backend[mark] = null;
  });
  afterAll(() => {
    backend[mark] = heap;
  });

  it('kernels find none', () => {
    expect(heapOf(backend)).toBeNull();
  });

  it.each([
    ['3x3, stride 1', 3, 1, 'same'],
    ['4x4, stride 2', 4, 2, 'same'],
    ['5x5, stride 3, rows left over', 5, 3, 'valid'],
    ['1x1', 1, 1, 'same'],
  ] as const)('convolutions have the gradients of cpu: %s', async (_, size, stride, padding) => {
    await expectAgreement(
      (x, filter) => tf.conv2d(x as Tensor4D, filter as Tensor4D, stride, padding),
      [
        [2, 9, 8, 3],
        [size, size, 3, 5],
      ],
    );
  });

  it('transposed convolutions have the gradients of cpu', async () => {
    await expectAgreement(
      (x, filter) => tf.conv2dTranspose(x as Tensor4D, filter as Tensor4D, [2, 8, 8, 3], 2, 'same'),
      [
        [2, 4, 4, 5],
        [4, 4, 3, 5],
      ],
    );
  });

  it.each([1, 2])('depthwise convolutions have the gradients of cpu: stride %i', async (stride) => {
    await expectAgreement(
      (x, filter) => tf.depthwiseConv2d(x as Tensor4D, filter as Tensor4D, stride, 'same'),
      [
        [2, 7, 8, 5],
        [3, 3, 5, 1],
      ],
    );
  });

  it('gather has the gradient of cpu', async () => {
    await expectAgreement((x) => tf.gather(x, tf.tensor1d([4, 0, 4, 2], 'int32')), [[6, 3]]);
  });

  it.each([false, true])('products have the gradients of cpu, transposed %s', async (isTransposed) => {
    await expectAgreement(
      (a: Tensor, b: Tensor) => tf.matMul(a, b, isTransposed, isTransposed),
      isTransposed
        ? [
            [3, 40, 30],
            [3, 20, 40],
          ]
        : [
            [30, 40],
            [40, 20],
          ],
    );
  });

  it('a product with bias and activation is that of cpu', async () => {
    const fused = (a: Tensor, b: Tensor, bias: Tensor): Tensor =>
      tf.fused.matMul({ a, b, transposeB: true, bias, activation: 'relu' });
    await expectAgreement(fused, [[6, 3], [5, 3], [5]], { gradients: false });
  });
});
