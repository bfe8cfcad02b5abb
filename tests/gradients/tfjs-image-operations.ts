import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor4D, Tensor5D } from '@tensorflow/tfjs-core';
import type { Operation } from './tfjs-operations.js';

const of = (shapes: number[][], f: Operation['f']): Operation => ({
  inputs: shapes.map((shape) => ({ shape, low: -1.1, high: 1.3 })),
  f,
});

const image = (shape: number[], f: (x: Tensor4D) => Tensor): Operation => of([shape], f as Operation['f']);
const volume = (shape: number[], f: (x: Tensor5D) => Tensor): Operation => of([shape], f as Operation['f']);

/** Kernels on images: convolutions and operations that move pixels, by name. */
export const imageOperations: Readonly<Record<string, Operation>> = {
  AvgPool: image([1, 4, 3, 1], (x) => tf.avgPool(x, 2, 1, 'valid')),
  'AvgPool (padded)': image([1, 3, 3, 1], (x) => tf.avgPool(x, 2, 2, 'same')),
  'AvgPool (padded by a number)': image([1, 3, 3, 1], (x) => tf.avgPool(x, 3, 2, 1)),
  AvgPool3D: volume([1, 2, 2, 3, 1], (x) => tf.avgPool3d(x, 2, 1, 'valid')),
  'AvgPool3D (padded)': volume([1, 2, 3, 2, 1], (x) => tf.avgPool3d(x, 2, 2, 'same')),
  BatchToSpaceND: image([4, 1, 2, 1], (x) =>
    tf.batchToSpaceND(
      x,
      [2, 2],
      [
        [0, 0],
        [1, 0],
      ],
    ),
  ),
  Conv2D: of(
    [
      [1, 3, 3, 2],
      [2, 2, 2, 1],
    ],
    (x, filter) => tf.conv2d(x as Tensor4D, filter as Tensor4D, 2, 'same'),
  ),
  Conv2DBackpropInput: of(
    [
      [1, 2, 2, 1],
      [2, 2, 2, 1],
    ],
    (x, filter) => tf.conv2dTranspose(x as Tensor4D, filter as Tensor4D, [1, 3, 3, 2], 2, 'same'),
  ),
  Conv3D: of(
    [
      [1, 2, 3, 2, 1],
      [2, 2, 1, 1, 1],
    ],
    (x, filter) => tf.conv3d(x as Tensor5D, filter as Tensor5D, 1, 'valid'),
  ),
  DepthwiseConv2dNative: of(
    [
      [1, 3, 3, 2],
      [2, 2, 2, 1],
    ],
    (x, filter) => tf.depthwiseConv2d(x as Tensor4D, filter as Tensor4D, 2, 'same'),
  ),
  Dilation2D: of(
    [
      [1, 3, 3, 1],
      [2, 2, 1],
    ],
    (x, filter) => tf.dilation2d(x as Tensor4D, tf.mul<tf.Tensor3D>(filter, 0.1), 1, 'valid'),
  ),
  LRN: image([1, 1, 2, 3], (x) => tf.localResponseNormalization(x, 1, 1, 0.5, 0.5)),
  MaxPool: image([1, 4, 3, 1], (x) => tf.maxPool(x, 2, 1, 'valid')),
  'MaxPool (padded)': image([1, 3, 3, 1], (x) => tf.maxPool(x, 3, 2, 'same')),
  MaxPool3D: volume([1, 2, 3, 2, 1], (x) => tf.maxPool3d(x, 2, 2, 'same')),
  ResizeBilinear: image([1, 2, 2, 1], (x) => tf.image.resizeBilinear(x, [3, 5])),
  'ResizeBilinear (aligned corners)': image([1, 2, 2, 1], (x) => tf.image.resizeBilinear(x, [3, 5], true)),
  'ResizeBilinear (half-pixel centres)': image([1, 2, 2, 1], (x) => tf.image.resizeBilinear(x, [3, 5], false, true)),
  'ResizeBilinear (not square)': image([1, 3, 2, 1], (x) => tf.image.resizeBilinear(x, [4, 4])),
  ResizeNearestNeighbor: image([2, 2, 2, 1], (x) => tf.image.resizeNearestNeighbor(x, [4, 4])),
  'ResizeNearestNeighbor (no whole factor)': image([1, 3, 2, 1], (x) => tf.image.resizeNearestNeighbor(x, [5, 3])),
  'ResizeNearestNeighbor (aligned corners)': image([1, 3, 3, 1], (x) =>
    tf.image.resizeNearestNeighbor(x, [5, 5], true),
  ),
  'ResizeNearestNeighbor (half-pixel centres)': image([1, 3, 3, 1], (x) =>
    tf.image.resizeNearestNeighbor(x, [5, 5], false, true),
  ),
  SpaceToBatchND: image([1, 2, 3, 1], (x) =>
    tf.spaceToBatchND(
      x,
      [2, 2],
      [
        [0, 0],
        [1, 0],
      ],
    ),
  ),
};
