import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { sigmoid, softplus, tanh } from '../../src/gradients/elementwise.js';
import { elu, leakyRelu, relu, swish } from '../../src/nets/index.js';
import { read } from '../support/close.js';

/** Where one of eight numbers is NaN, so is some result. */
const operations: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  relu,
  leakyRelu,
  elu,
  swish,
  sigmoid,
  softplus,
  tanh,
  'tf.relu6': (x) => tf.relu6(x),
  'tf.clipByValue': (x) => tf.clipByValue(x, -1, 1),
  'tf.maximum': (x) => tf.maximum(x, 0.5),
  'tf.minimum': (x) => tf.minimum(x, 0.5),
  'tf.maximum, second': (x) => tf.maximum(0.5, x),
  'tf.exp': (x) => tf.exp(x),
  'tf.log': (x) => tf.log(x),
  'tf.sqrt': (x) => tf.sqrt(x),
  'tf.square': (x) => tf.square(x),
  'tf.abs': (x) => tf.abs(x),
  'tf.sign': (x) => tf.sign(x),
  'tf.step': (x) => tf.step(x),
  'tf.round': (x) => tf.round(x),
  'tf.pow': (x) => tf.pow(x, 2),
  'tf.mul by 0': (x) => tf.mul(x, 0),
  'tf.where': (x) => tf.where(tf.isNaN(x), x, tf.zerosLike(x)),
  'tf.sum': (x) => tf.sum(x),
  'tf.mean': (x) => tf.mean(x),
  'tf.max': (x) => tf.max(x),
  'tf.min': (x) => tf.min(x),
  'tf.softmax': (x) => tf.softmax(x),
  'tf.matMul': (x) => tf.matMul(tf.reshape(x, [2, 4]), tf.ones([4, 3])),
  'tf.conv2d': (x) => tf.conv2d(image(x), tf.ones([3, 3, 1, 2]), 1, 'same'),
  'tf.maxPool': (x) => tf.maxPool(image(x), 2, 2, 'same'),
  'tf.avgPool': (x) => tf.avgPool(image(x), 2, 2, 'same'),
  'tf.image.resizeNearestNeighbor': (x) => tf.image.resizeNearestNeighbor(image(x), [4, 8]),
};

const image = (x: Tensor): Tensor4D => tf.reshape(x, [1, 2, 4, 1]);

/** What gives a number on a backend: the table of docs/results/wasm-operations.md. */
const known: Readonly<Record<string, readonly string[]>> = {
  cpu: ['tf.sign', 'tf.maxPool'],
  wasm: ['tf.sign'],
  webgl: ['elu', 'softplus', 'tf.sign', 'tf.pow', 'tf.maxPool'],
  webgpu: ['tf.relu6', 'tf.sign', 'tf.maxPool'],
};

/** Numbers of which the third, where `third` is 1 and not 0, is NaN. */
const kinds: Readonly<Record<string, (x: Float32Array, third: Tensor) => Tensor>> = {
  '0 / 0': (x, third) => tf.add(tf.tensor1d(x), tf.div(third, third)),
  'infinity less infinity': (x, third) => {
    const most = tf.div(1, tf.sub(1, third));
    return tf.add(tf.tensor1d(x), tf.sub(most, most));
  },
  'NaN with the sign bit': (x) => tf.tensor1d(withBits(x, 0xffc00000)),
  'NaN of JavaScript': (x) => tf.tensor1d(withBits(x, 0x7fc00000)),
};

function withBits(x: Float32Array, bits: number): Float32Array {
  const numbers = x.slice();
  new Uint32Array(numbers.buffer)[2] = bits;
  return numbers;
}

// tfjs's shader for WebGL divides equal numbers to 1
const isMade = (kind: string): boolean => kind !== '0 / 0' || tf.getBackend() !== 'webgl';

describe.each(Object.keys(kinds).filter(isMade))('%s', (kind) => {
  it('stays NaN, but in the operations that the guide lists for this backend', async () => {
    const lost: string[] = [];
    for (const [name, operation] of Object.entries(operations)) {
      const y = tf.tidy(() => {
        const third = tf.tensor1d([0, 0, 1, 0, 0, 0, 0, 0]);
        return operation(
          kinds[kind]!(Float32Array.of(0, 1, -2, 0.5, 3, -0.25, 2, -1), kind === '0 / 0' ? tf.sub(1, third) : third),
        );
      });
      const values = await read(y);
      y.dispose();
      if (!Array.from(values).some(Number.isNaN)) lost.push(name);
    }
    expect(lost.filter((name) => !known[tf.getBackend()]?.includes(name))).toEqual([]);
  });
});
