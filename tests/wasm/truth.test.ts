import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D, Tensor4D, Tensor5D } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { repairGradients } from '../../src/gradients/repair.js';
import { expectAgreement, tensorOf } from './agree.js';
import { drawOf } from './fuzz/draw.js';
import { judge } from './fuzz/judge.js';
import { operations } from './fuzz/operations.js';

/** Cases of `npm run tool -- fuzz:wasm` that tfjs's own kernels get wrong, or that spoil the process. */
const found: readonly [operation: string, what: string, ...seeds: number[]][] = [
  ['conv2d', 'dilations with a number as padding, which is not square', 1000016, 1000038],
  ['conv2d', 'outputs that are rounded up', 1000009, 1000027, 1000033],
  ['depthwiseConv2d', 'kernels below their stride, padding by a number', 1000016, 1000017, 1000027, 1000036, 1000052],
  ['fused.conv2d', 'the same with activations', 1000016, 1000036, 1000037, 1000052],
  ['fused.depthwiseConv2d', 'the same with activations', 1000017, 1000036, 1000056],
  ['gather', 'batches', 1000000, 1000004, 1000009, 1000011, 1000017],
  ['oneHot', 'of float32 and bool', 1000007, 1000008, 1000018, 1000027],
  ['separableConv2d', 'kernels below their stride', 1000036, 1000052],
];

const values = async (x: Tensor): Promise<number[]> => {
  const numbers = Array.from(await x.data());
  x.dispose();
  return numbers;
};

describe('what tfjs computes wrongly on wasm', () => {
  beforeAll(repairGradients);

  it.each(found)('is right: %s, %s', async (operation, _, ...seeds) => {
    for (const seed of seeds) {
      const one = operations[operation]!(drawOf(seed));
      const what = `seed ${seed}, ${JSON.stringify(one.options)}`;
      expect(await judge(one, seed, { ofGradients: false, filling: 'finite' }), what).toEqual({ verdict: 'right' });
      if (one.isDifferentiable === false) continue;
      const { verdict, why } = await judge(one, seed, { ofGradients: true, filling: 'finite' });
      expect(['right', 'refused everywhere'], `gradients, ${what}: ${why}`).toContain(verdict);
    }
  });
});

describe('on wasm', () => {
  beforeEach(async () => void (await tf.setBackend('wasm')));

  it('a depthwise convolution with one tap and stride 3 takes every third pixel', async () => {
    const x = tf.tensor4d([1, 2, 3, 4, 5, 6, 7], [1, 1, 7, 1]);
    const filter = tf.ones<tf.Rank.R4>([1, 1, 1, 1]);
    expect(await values(tf.depthwiseConv2d(x, filter, 3, 'same'))).toEqual([1, 4, 7]);
    tf.dispose([x, filter]);
  });

  it('a fused convolution adds one number as a bias, and takes a slope for each of its pixels', async () => {
    const x = tf.tensor4d([1, -2, 3, -4], [1, 2, 2, 1]);
    const filter = tf.ones<tf.Rank.R4>([1, 1, 1, 1]);
    const bias = tf.scalar(1);
    const slopes = tf.tensor3d([9, 3, 9, 2], [2, 2, 1]);
    const options = { x, filter, strides: 1, pad: 'valid', bias } as const;
    for (const convolve of [tf.fused.conv2d, tf.fused.depthwiseConv2d]) {
      expect(await values(convolve({ ...options, activation: 'relu' }))).toEqual([2, 0, 4, 0]);
      const prelu = { ...options, activation: 'prelu', preluActivationWeights: slopes } as const;
      expect(await values(convolve(prelu))).toEqual([2, -3, 4, -6]);
    }
    tf.dispose([x, filter, bias, slopes]);
  });

  it('gather with batchDims takes each row by the indices of its batch, and refuses others', async () => {
    const x = tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3]);
    const indices = tf.tensor2d([2, 0, 1, 1], [2, 2], 'int32');
    expect(await values(tf.gather(x, indices as never, 1, 1))).toEqual([3, 1, 5, 5]);
    const beyond = tf.tensor2d([2, 3], [2, 1], 'int32');
    expect(() => tf.gather(x, beyond as never, 1, 1)).toThrow(
      'gather: `indices` must be from 0 to 2; got 3. The axis of `x` has 3 places.',
    );
    tf.dispose([x, indices, beyond]);
  });

  it('oneHot gives numbers of each type', async () => {
    const indices: Tensor1D = tf.tensor1d([1, -1, 5, 0], 'int32');
    const ofFloats = tf.oneHot(indices, 2, 0.5, -0.25, 'float32');
    expect(ofFloats.dtype).toBe('float32');
    expect(await values(ofFloats)).toEqual([-0.25, 0.5, -0.25, -0.25, -0.25, -0.25, 0.5, -0.25]);
    expect(await values(tf.oneHot(indices, 2, 1, 0, 'bool'))).toEqual([0, 1, 0, 0, 0, 0, 1, 0]);
    indices.dispose();
  });

  it('refuses by name what would be wrong', () => {
    tf.tidy(() => {
      const x = tensorOf([1, 5, 5, 1], 1) as Tensor4D;
      const filter = tensorOf([2, 2, 1], 2) as tf.Tensor3D;
      for (const [name, pool] of [
        ['MaxPool', tf.maxPool],
        ['AvgPool', tf.avgPool],
      ] as const) {
        expect(() => pool(x, [1, 3], 2, 1)).toThrow(
          `${name}: \`pad\` must leave every window within the padded images on the wasm backend; got 1. ` +
            'Instead of a number write [[0, 0], [top, bottom], [left, right], [0, 0]]',
        );
      }
      expect(() => tf.dilation2d(x, filter, 1, 'valid')).toThrow(
        'Dilation2D: `backend` must not be wasm, where tfjs computes it wrongly; got wasm. Use a two-dimensional operation such as tf.maxPool',
      );
      const volume = tf.ones<tf.Rank.R5>([1, 2, 2, 2, 1]);
      expect(() => tf.maxPool3d(volume, 2, 1, 'valid')).toThrow('MaxPool3D: `backend` must not be wasm');
      expect(() => tf.maxPoolWithArgmax(x, 2, 1, 'valid')).toThrow('MaxPoolWithArgmax: `backend` must not be wasm');
      expect(() => tf.grad((one) => tf.conv3d(one as Tensor5D, tf.ones([2, 2, 2, 1, 1]), 1, 'same'))(volume)).toThrow(
        'Conv3DBackpropInputV2: `backend` must not be wasm',
      );
      const inNchw = tensorOf([1, 1, 5, 5], 3) as Tensor4D;
      const taps = tensorOf([2, 2, 1, 1], 4) as Tensor4D;
      for (const convolve of [tf.conv2d, tf.depthwiseConv2d]) {
        expect(() => convolve(inNchw, taps, 1, 'valid', 'NCHW')).toThrow(
          "`dataFormat` must be NHWC on the wasm backend; got 'NCHW'. Transpose the images",
        );
      }
    });
  });
});

describe('of no numbers', () => {
  it('a transposed tensor is empty, and a fused product of no columns is its bias', async () => {
    await expectAgreement((x) => tf.transpose(x, [0, 2, 1, 3]), [[0, 2, 3, 4]]);
    await expectAgreement((x) => tf.transpose(x, [1, 0]), [[3, 0]]);
    for (const activation of ['linear', 'relu', 'elu', 'sigmoid'] as const) {
      const product = (a: Tensor, b: Tensor, bias: Tensor): Tensor => tf.fused.matMul({ a: a, b: b, bias, activation });
      await expectAgreement(product, [[2, 0], [0, 4], [4]], { gradients: false });
    }
  });
});
