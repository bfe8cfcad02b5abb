import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { describe, expect, it } from 'vitest';
import { expectAgreement } from './agree.js';

type Operation = (...inputs: Tensor[]) => Tensor;

const matrix = [3, 4];
const image = [2, 5, 6, 3];
/** Inputs lie between -1 and 1; these operations want positive ones. */
const positive = (x: Tensor): Tensor => tf.add(x, 1.5);
const as4D = (x: Tensor): Tensor4D => x as Tensor4D;
const integers = (...values: number[]): Tensor1D => tf.tensor1d(values, 'int32');

/** What models and losses are made of, other than the products and convolutions that have tests of their own. */
const operations: [name: string, operation: Operation, shapes: number[][]][] = [
  ['relu', (x) => tf.relu(x), [matrix]],
  ['leakyRelu', (x) => tf.leakyRelu(x, 0.1), [matrix]],
  ['prelu', (x, alpha) => tf.prelu(x, alpha), [matrix, [4]]],
  ['elu', (x) => tf.elu(x), [matrix]],
  ['selu', (x) => tf.selu(x), [matrix]],
  ['sigmoid', (x) => tf.sigmoid(x), [matrix]],
  ['tanh', (x) => tf.tanh(x), [matrix]],
  ['softplus', (x) => tf.softplus(x), [matrix]],
  ['logSigmoid', (x) => tf.logSigmoid(x), [matrix]],
  ['softmax', (x) => tf.softmax(x), [matrix]],
  ['logSoftmax', (x) => tf.logSoftmax(x), [matrix]],
  ['logSumExp', (x) => tf.logSumExp(x, 1), [matrix]],
  ['erf', (x) => tf.erf(x), [matrix]],
  ['exp', (x) => tf.exp(x), [matrix]],
  ['expm1', (x) => tf.expm1(x), [matrix]],
  ['log', (x) => tf.log(positive(x)), [matrix]],
  ['log1p', (x) => tf.log1p(positive(x)), [matrix]],
  ['sqrt', (x) => tf.sqrt(positive(x)), [matrix]],
  ['rsqrt', (x) => tf.rsqrt(positive(x)), [matrix]],
  ['reciprocal', (x) => tf.reciprocal(positive(x)), [matrix]],
  ['abs', (x) => tf.abs(x), [matrix]],
  ['square', (x) => tf.square(x), [matrix]],
  ['sin and cos', (x) => tf.mul(tf.sin(x), tf.cos(x)), [matrix]],
  ['sinh and cosh', (x) => tf.mul(tf.sinh(x), tf.cosh(x)), [matrix]],
  ['add and sub', (a, b) => tf.sub(tf.add(a, b), tf.mul(b, 3)), [matrix, [4]]],
  ['mul', (a, b) => tf.mul(a, b), [matrix, [3, 1]]],
  ['div', (a, b) => tf.div(a, positive(b)), [matrix, [4]]],
  ['pow', (a, b) => tf.pow(positive(a), b), [matrix, [4]]],
  ['squaredDifference', (a, b) => tf.squaredDifference(a, b), [matrix, matrix]],
  ['maximum and minimum', (a, b) => tf.mul(tf.maximum(a, b), tf.minimum(a, b)), [matrix, matrix]],
  ['clipByValue', (x) => tf.clipByValue(x, -0.5, 0.5), [matrix]],
  ['where', (a, b) => tf.where(tf.equal(tf.range(0, 4), 2), a, b), [matrix, matrix]],
  ['mean', (x) => tf.mean(x, [0, 2]), [image]],
  ['sum', (x) => tf.sum(x, [1, 2], true), [image]],
  ['max', (x) => tf.max(x, 1), [matrix]],
  ['min', (x) => tf.min(x, 0), [matrix]],
  ['moments', (x) => tf.moments(x, [0, 1]).variance, [image]],
  ['norm', (x) => tf.norm(x), [matrix]],
  ['cumsum', (x) => tf.cumsum(x, 1), [matrix]],
  ['concat', (a, b) => tf.concat([a, b], 1), [matrix, [3, 2]]],
  ['stack', (a, b) => tf.stack([a, b], 1), [matrix, matrix]],
  ['split', (x) => tf.split(x, 2, 1)[1]!, [matrix]],
  ['slice', (x) => tf.slice(x, [0, 1, 2, 0], [2, 3, 2, 3]), [image]],
  [
    'pad',
    (x) =>
      tf.pad(x, [
        [0, 0],
        [1, 2],
        [2, 0],
        [0, 0],
      ]),
    [image],
  ],
  ['tile', (x) => tf.tile(x, [2, 3]), [matrix]],
  ['broadcastTo', (x) => tf.broadcastTo(x, [3, 4]), [[3, 1]]],
  ['reverse', (x) => tf.reverse(x, 1), [matrix]],
  ['transpose', (x) => tf.transpose(x, [3, 1, 0, 2]), [image]],
  ['gather', (x) => tf.gather(x, integers(2, 0, 2)), [matrix]],
  ['maxPool', (x) => tf.maxPool(as4D(x), 2, 2, 'same'), [image]],
  ['maxPool of negative numbers', (x) => tf.maxPool(as4D(tf.sub(x, 2)), 3, 1, 'same'), [image]],
  ['maxPool without padding', (x) => tf.maxPool(as4D(x), 3, 2, 'valid'), [image]],
  ['maxPool with a number as padding', (x) => tf.maxPool(as4D(x), 3, 2, 1), [image]],
  ['avgPool', (x) => tf.avgPool(as4D(x), 3, 2, 'same'), [image]],
  ['global avgPool', (x) => tf.avgPool(as4D(x), [5, 6], 1, 'valid'), [image]],
  ['resizeBilinear', (x) => tf.image.resizeBilinear(as4D(x), [7, 7]), [[2, 4, 4, 3]]],
  [
    'batchNorm',
    (x, mean, variance, offset, scale) => {
      const [m, v, o, s] = [mean, positive(variance), offset, scale] as Tensor1D[];
      return tf.batchNorm(x, m!, v!, o, s, 0.1);
    },
    [image, [3], [3], [3], [3]],
  ],
  [
    'conv1d',
    (x, w) => tf.conv1d(x as Tensor3D, w as Tensor3D, 2, 'same'),
    [
      [2, 7, 3],
      [3, 3, 5],
    ],
  ],
  [
    'separableConv2d',
    (x, depth, point) => tf.separableConv2d(as4D(x), as4D(depth), as4D(point), 1, 'same'),
    [image, [3, 3, 3, 2], [1, 1, 6, 4]],
  ],
  ['sigmoidCrossEntropy', (labels, x) => tf.losses.sigmoidCrossEntropy(labels, x), [matrix, matrix]],
];

describe('gradients on wasm', () => {
  it.each(operations)('are those of cpu: %s', async (_, operation, shapes) => {
    await expectAgreement(operation, shapes);
  });

  it('are right where those of cpu are not: resizeNearestNeighbor spreads each pixel evenly', async () => {
    // Twice the size is a copy of each pixel to four: <y, y> = 4 <x, x> and the gradient of <y, y> / 2 is 4 x.
    await tf.setBackend('wasm');
    const errors = tf.tidy(() => {
      const x = as4D(tf.reshape(tf.sin(tf.range(0, 2 * 3 * 4 * 2)), [2, 3, 4, 2]));
      const half = (input: Tensor): Tensor =>
        tf.mul(tf.sum(tf.square(tf.image.resizeNearestNeighbor(as4D(input), [6, 8]))), 0.5);
      return tf.max(tf.abs(tf.sub(tf.grad(half)(x), tf.mul(x, 4))));
    });
    const [error] = await errors.data();
    errors.dispose();
    expect(error).toBeLessThan(1e-5);
  });
});
