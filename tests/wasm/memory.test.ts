import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it } from 'vitest';
import { tensorOf } from './agree.js';

interface Call {
  readonly kernelName: string;
  readonly inputs: () => Record<string, Tensor> | Tensor[];
  readonly attributes: Record<string, unknown>;
  /** A kernel that it is composed of. */
  readonly part: string;
}

const convolution = { strides: [2, 2], pad: 'same', dataFormat: 'NHWC', dilations: [1, 1] };
const image = [2, 5, 5, 3];
const calls: Call[] = [
  {
    kernelName: 'BatchMatMul',
    inputs: () => ({ a: tensorOf([2, 1, 40, 30], 1), b: tensorOf([1, 3, 40, 20], 2) }),
    attributes: { transposeA: true, transposeB: false },
    part: 'Tile',
  },
  {
    kernelName: '_FusedMatMul',
    inputs: () => ({ a: tensorOf([1, 4, 3], 1), b: tensorOf([1, 5, 3], 2), bias: tensorOf([5], 3) }),
    attributes: { transposeA: false, transposeB: true, activation: 'relu6' },
    part: 'Relu6',
  },
  {
    kernelName: 'DepthwiseConv2dNativeBackpropFilter',
    inputs: () => ({ x: tensorOf(image, 1), dy: tensorOf([2, 3, 3, 6], 2) }),
    attributes: { ...convolution, filterShape: [3, 3, 3, 2] },
    part: 'Tile',
  },
  {
    kernelName: 'DepthwiseConv2dNativeBackpropInput',
    inputs: () => ({ dy: tensorOf([2, 3, 3, 6], 1), filter: tensorOf([3, 3, 3, 2], 2) }),
    attributes: { ...convolution, inputShape: image },
    part: 'Sum',
  },
  {
    kernelName: 'Einsum',
    inputs: () => [tensorOf([2, 3, 4], 1), tensorOf([4, 5, 2], 2)],
    attributes: { equation: 'bij,jkb->kib' },
    part: 'BatchMatMul',
  },
];

const stock = new Map(calls.map(({ part }) => [part, tf.getKernel(part, 'wasm')]));
afterEach(() => {
  for (const [part, config] of stock) {
    tf.unregisterKernel(part, 'wasm');
    tf.registerKernel(config);
  }
});

function run({ kernelName, inputs, attributes }: Call): Tensor {
  return tf.tidy(() => tf.engine().runKernel(kernelName, inputs() as tf.NamedTensorMap, attributes as tf.NamedAttrMap));
}

it('max pooling leaves nothing behind but its gradient', () => {
  const before = [tf.memory().numTensors, tf.backend().numDataIds()];
  const gradient = tf.tidy(() => tf.grad((x) => tf.maxPool(x as tf.Tensor4D, 3, 2, 'same'))(tensorOf(image, 1)));
  gradient.dispose();
  expect([tf.memory().numTensors, tf.backend().numDataIds()]).toEqual(before);
});

describe.each(calls)('the composed kernel $kernelName', (call) => {
  it('leaves nothing behind but its result', () => {
    const before = [tf.memory().numTensors, tf.backend().numDataIds(), tf.memory().numBytes];
    for (let i = 0; i < 3; i++) run(call).dispose();
    expect([tf.memory().numTensors, tf.backend().numDataIds(), tf.memory().numBytes]).toEqual(before);
  });

  it('frees its intermediates when a part fails', () => {
    const config = stock.get(call.part)!;
    let calledParts = 0;
    tf.unregisterKernel(call.part, 'wasm');
    tf.registerKernel({
      ...config,
      kernelFunc: () => {
        calledParts++;
        throw new Error('a part failed');
      },
    });
    const before = [tf.memory().numTensors, tf.backend().numDataIds()];
    expect(() => run(call)).toThrow('a part failed');
    expect(calledParts).toBe(1);
    expect([tf.memory().numTensors, tf.backend().numDataIds()]).toEqual(before);
  });
});

describe('training on wasm', () => {
  it('keeps tensors and memory constant from step to step', () => {
    const x = tensorOf([4, 8, 8, 3], 1) as tf.Tensor4D;
    const variables = [
      [4, 4, 3, 6],
      [4, 4, 2, 6],
      [8 * 8 * 2, 5],
    ].map((shape, i) => tf.variable(tensorOf(shape, i + 2)));
    const optimizer = tf.train.sgd(0.01);
    const step = (): void => {
      optimizer.minimize(
        () => {
          const [down, up, head] = variables as [
            tf.Variable<tf.Rank.R4>,
            tf.Variable<tf.Rank.R4>,
            tf.Variable<tf.Rank.R2>,
          ];
          const small: tf.Tensor4D = tf.relu(tf.conv2d(x, down, 2, 'same'));
          const large = tf.conv2dTranspose(small, up, [4, 8, 8, 2], 2, 'same');
          return tf.mean<tf.Scalar>(tf.square(tf.matMul(tf.reshape<tf.Rank.R2>(large, [4, -1]), head)));
        },
        false,
        variables,
      );
    };
    step();
    const before = [tf.memory().numTensors, tf.backend().numDataIds(), tf.memory().numBytes];
    for (let i = 0; i < 5; i++) step();
    expect([tf.memory().numTensors, tf.backend().numDataIds(), tf.memory().numBytes]).toEqual(before);
    tf.dispose([x, ...variables]);
  });
});
