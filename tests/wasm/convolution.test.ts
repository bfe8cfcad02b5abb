import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectAgreement, tensorOf } from './agree.js';

type Padding = Parameters<typeof tf.conv2d>[3];
// tfjs takes a number as padding to mean a square filter and stride; as pairs it is exact for any.
const border = (size: number): Padding => [
  [0, 0],
  [size, size],
  [size, size],
  [0, 0],
];
const explicit: Padding = [
  [0, 0],
  [2, 1],
  [0, 2],
  [0, 0],
];

const convolution = (stride: number | [number, number], padding: Padding) => (x: Tensor, filter: Tensor) =>
  tf.conv2d(x as Tensor4D, filter as Tensor4D, stride, padding);
const transposed =
  (shape: [number, number, number, number], stride: number, padding: Padding) => (x: Tensor, filter: Tensor) =>
    tf.conv2dTranspose(x as Tensor4D, filter as Tensor4D, shape, stride, padding);
const depthwise = (stride: number | [number, number], padding: Padding) => (x: Tensor, filter: Tensor) =>
  tf.depthwiseConv2d(x as Tensor4D, filter as Tensor4D, stride, padding);

const image = { height: fc.integer({ min: 3, max: 9 }), width: fc.integer({ min: 3, max: 9 }) };
const layers = fc.record({
  ...image,
  batch: fc.integer({ min: 1, max: 3 }),
  inputs: fc.integer({ min: 1, max: 5 }),
  units: fc.integer({ min: 1, max: 5 }),
  rows: fc.integer({ min: 1, max: 3 }),
  columns: fc.integer({ min: 1, max: 3 }),
  stride: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
  padding: fc.constantFrom<Padding>('same', 'valid', border(1), border(2), explicit),
});
const runs = { seed: 4, numRuns: 40 };

describe('convolutions on wasm', () => {
  it.each([
    ['3x3, stride 1, same', [2, 7, 7, 3], [3, 3, 3, 5], 1, 'same'],
    ['3x3, stride 2, same, odd size', [2, 7, 9, 3], [3, 3, 3, 5], 2, 'same'],
    ['4x4, stride 2, same', [2, 8, 8, 3], [4, 4, 3, 7], 2, 'same'],
    ['5x5, stride 2, same', [1, 9, 8, 1], [5, 5, 1, 3], 2, 'same'],
    ['5x3, stride 3, valid, rows left over', [2, 10, 9, 3], [5, 3, 3, 2], 3, 'valid'],
    ['1x1, stride 1', [2, 5, 6, 3], [1, 1, 3, 5], 1, 'same'],
    ['1x1, stride 2: most pixels have no gradient', [2, 7, 6, 3], [1, 1, 3, 5], 2, 'same'],
    ['2x2, stride 3: filter below stride', [2, 8, 8, 3], [2, 2, 3, 5], 3, 'valid'],
    ['explicit padding', [2, 6, 5, 3], [3, 2, 3, 1], 1, explicit],
    ['padding as wide as the filter', [1, 4, 4, 2], [2, 2, 2, 3], 1, 2],
    ['a filter of the size of the image', [3, 5, 5, 2], [5, 5, 2, 4], 1, 'valid'],
  ] as [string, number[], number[], number, Padding][])(
    'have the gradients of cpu: %s',
    async (_, x, filter, stride, padding) => {
      await expectAgreement(convolution(stride, padding), [x, filter]);
    },
  );

  it('have the gradients of cpu for any shape, stride and padding', async () => {
    await fc.assert(
      fc.asyncProperty(layers, ({ batch, height, width, inputs, units, rows, columns, stride, padding }) =>
        expectAgreement(convolution(stride, padding), [
          [batch, height, width, inputs],
          [rows, columns, inputs, units],
        ]),
      ),
      runs,
    );
  });

  it.each([
    ['k4 s2, 5x4 to 10x8', [2, 5, 4, 5], [4, 4, 3, 5], [2, 10, 8, 3], 2, 'same'],
    ['k3 s2, 4x4 to 7x7', [2, 4, 4, 3], [3, 3, 1, 3], [2, 7, 7, 1], 2, 'same'],
    ['k5 s3, valid', [1, 2, 3, 3], [5, 5, 2, 3], [1, 8, 11, 2], 3, 'valid'],
    ['k3 s1, same', [2, 5, 5, 4], [3, 3, 7, 4], [2, 5, 5, 7], 1, 'same'],
    ['k2 s3: gaps between', [1, 3, 3, 2], [2, 2, 3, 2], [1, 8, 8, 3], 3, 'valid'],
  ] as [string, number[], number[], [number, number, number, number], number, Padding][])(
    'transposed have the result and the gradients of cpu: %s',
    async (_, x, filter, shape, stride, padding) => {
      await expectAgreement(transposed(shape, stride, padding), [x, filter]);
    },
  );

  it('refuse a filter gradient in NCHW by name', () => {
    const attributes = { strides: 1, pad: 'same', dataFormat: 'NCHW', filterShape: [3, 3, 2, 2] };
    tf.tidy(() => {
      const [x, dy] = [tensorOf([1, 2, 4, 4], 1), tensorOf([1, 2, 4, 4], 2)];
      expect(() => tf.engine().runKernel('Conv2DBackpropFilter', { x, dy }, attributes)).toThrow(
        "Conv2DBackpropFilter: `dataFormat` must be NHWC on the wasm backend; got 'NCHW'.",
      );
    });
  });
});

describe('depthwise convolutions on wasm', () => {
  it.each([
    ['stride 1', [2, 6, 7, 3], [3, 3, 3, 1], 1, 'same'],
    ['stride 2, odd size', [2, 7, 7, 3], [3, 3, 3, 1], 2, 'same'],
    ['multiplier 2', [2, 6, 6, 3], [3, 3, 3, 2], 1, 'valid'],
    ['multiplier 3, stride 2', [2, 7, 6, 2], [4, 3, 2, 3], 2, 'same'],
    ['one channel, stride 3', [1, 9, 8, 1], [2, 2, 1, 4], 3, 'valid'],
  ] as [string, number[], number[], number, Padding][])(
    'have the gradients of cpu: %s',
    async (_, x, filter, stride, padding) => {
      await expectAgreement(depthwise(stride, padding), [x, filter]);
    },
  );

  it('have the gradients of cpu for any shape, stride and multiplier', async () => {
    await fc.assert(
      fc.asyncProperty(layers, ({ batch, height, width, inputs, units, rows, columns, stride, padding }) =>
        expectAgreement(depthwise(stride, padding), [
          [batch, height, width, inputs],
          [rows, columns, inputs, units],
        ]),
      ),
      runs,
    );
  });
});

describe('dilated convolutions on wasm', () => {
  // tfjs's gradient functions refuse dilation before
  it.each([
    ['Conv2DBackpropInput', 'filter', { inputShape: [2, 8, 9, 3] }],
    ['Conv2DBackpropFilter', 'x', { filterShape: [3, 3, 3, 3] }],
    ['DepthwiseConv2dNativeBackpropInput', 'filter', { inputShape: [2, 8, 9, 3] }],
    ['DepthwiseConv2dNativeBackpropFilter', 'x', { filterShape: [3, 3, 3, 1] }],
  ])('have no gradients: %s refuses them', async (kernelName, input, shape) => {
    await tf.setBackend('wasm');
    const isDepthwise = kernelName.startsWith('Depthwise');
    const other = tensorOf(input === 'x' ? [2, 8, 9, 3] : [3, 3, 3, isDepthwise ? 1 : 3], 1);
    const dy = tensorOf([2, 8, 9, 3], 2);
    const attributes = { strides: [1, 1], pad: 'same', dilations: [1, 2], dataFormat: 'NHWC', ...shape };
    expect(() => tf.engine().runKernel(kernelName, { [input]: other, dy }, attributes)).toThrow(
      `${kernelName}: \`dilations\` must be 1, as in all gradients of tfjs; got`,
    );
    tf.dispose([other, dy]);
  });
});

describe('gradients of no images on wasm', () => {
  it.each([
    ['Conv2DBackpropFilter', [3, 3, 2, 4]],
    ['DepthwiseConv2dNativeBackpropFilter', [3, 3, 2, 2]],
  ])('are zeros: %s', async (kernelName, filterShape) => {
    await tf.setBackend('wasm');
    const gradient = tf.tidy(() => {
      const inputs = { x: tf.zeros([0, 5, 5, 2]), dy: tf.zeros([0, 5, 5, 4]) };
      return tf.engine().runKernel<Tensor>(kernelName, inputs, { strides: [1, 1], pad: 'same', filterShape });
    });
    expect(gradient.shape).toEqual(filterShape);
    expect((await gradient.data()).every((x) => x === 0)).toBe(true);
    gradient.dispose();
  });
});
