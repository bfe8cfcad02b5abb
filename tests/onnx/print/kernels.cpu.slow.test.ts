import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import type { Recording } from '../../../src/record/recording.js';
import { hasTorch, runSources } from '../../pytorch/source/run-source.js';
import { inScope } from '../../support/in-scope.js';
import { expectSame } from './expect-same.js';
import { recordOnce, together } from './record-once.js';
import { runRecording, type Printed } from './run-recording.js';

inScope();

const floats = (...shape: number[]): Tensor => {
  const size = tf.util.sizeFromShape(shape);
  return tf.tensor(
    Array.from({ length: size }, (_, i) => ((i * 0.618034 + 0.3) % 1) * 2 - 1),
    shape,
  );
};
const ints = (...values: number[]): Tensor => tf.tensor1d(values, 'int32');
const bools = (...values: number[]): Tensor => tf.tensor1d(values, 'bool');
const kernel = (name: string, inputs: Record<string, Tensor>, attributes: object = {}): Tensor | Tensor[] =>
  tf.engine().runKernel(name, inputs, attributes as tf.NamedAttrMap);

type Run = (x: Tensor, ...more: Tensor[]) => Tensor | Tensor[];

/** Functions and their inputs. */
async function expectAll(all: Readonly<Record<string, readonly [Run, ...Tensor[]]>>, tolerance = 1e-6): Promise<void> {
  const recorded = Object.entries(all).map(([key, [run, ...inputs]]) => {
    const named = Object.fromEntries(inputs.map((x, i) => [`x${i}`, x]));
    return { key, named, ...recordOnce(run, named) };
  });
  const prefixed = (key: string, tensors: Readonly<Record<string, Tensor>>) =>
    Object.entries(tensors).map(([name, x]) => [`${key}/${name}`, x] as const);
  const inputs = Object.fromEntries(recorded.flatMap(({ key, named }) => prefixed(key, named)));
  const ours = Object.fromEntries(recorded.flatMap(({ key, outputs }) => prefixed(key, outputs)));
  const recordings = Object.fromEntries(recorded.map(({ key, recording }) => [key, recording]));
  for (const { key, recording, named, outputs } of recorded)
    forTorch.set(key, { recording, inputs: kept(named), ours: kept(outputs), tolerance });
  expectSame(ours, await runRecording(together(recordings), inputs), tolerance);
}

/** What the tests before have recorded: PyTorch runs all of it in one process. */
const forTorch = new Map<
  string,
  {
    readonly recording: Recording;
    readonly inputs: Readonly<Record<string, Tensor>>;
    readonly ours: Readonly<Record<string, Tensor>>;
    readonly tolerance: number;
  }
>();

/** Copies of tensors that outlive their test. */
function kept(tensors: Readonly<Record<string, Tensor>>): Record<string, Tensor> {
  const copy = ({ dtype, shape, ...x }: Tensor, data: ArrayLike<number>) =>
    ({ ...x, dtype, shape, dataSync: () => data }) as unknown as Tensor;
  return Object.fromEntries(Object.entries(tensors).map(([name, x]) => [name, copy(x, x.dataSync().slice())]));
}

test('integers and bools are computed as tfjs does', () => {
  const [a, b] = [ints(-7, 7, -8, 9), ints(2, -2, 3, 4)];
  return expectAll({
    floorDiv: [(x, y) => tf.floorDiv(x, y), a, b],
    div: [(x, y) => tf.div(x, y), a, b],
    mod: [(x, y) => tf.mod(x, y), a, b],
    'mod of floats': [(x, y) => tf.mod(x, y), tf.tensor1d([-7, 7, -8, 9.5]), tf.tensor1d([2, -2, 3, 4])],
    arithmetic: [(x, y) => tf.sub(tf.mul(x, y), tf.add(x, y)), a, b],
    extremes: [(x, y) => [tf.maximum(x, y), tf.minimum(x, y), tf.abs(x), tf.neg(x), tf.sign(x), tf.square(x)], a, b],
    comparisons: [(x, y) => [tf.less(x, y), tf.equal(x, y), tf.greaterEqual(x, y), tf.notEqual(x, y)], a, b],
    'relu of integers': [(x) => [tf.relu(x), tf.clipByValue(x, -1, 3)], a],
    reductions: [(x) => [tf.sum(x), tf.max(x), tf.min(x), tf.prod(x), tf.mean(x)], a],
    cumsum: [(x) => [tf.cumsum(x, 0), tf.cumsum(x, 0, true, true)], a],
    topk: [(x) => Object.values<Tensor>(tf.topk(x, 2)), ints(3, 9, 9, 1)],
    'sum of bools': [(x) => [tf.sum(x), tf.any(x), tf.all(x)], bools(1, 0, 1)],
    where: [(c, x, y) => [tf.where(c, x, y), tf.where(c, c, tf.logicalNot(c))], bools(1, 0, 0, 1), a, b],
    casts: [(x) => [tf.cast(x, 'bool'), tf.cast(x, 'int32')], tf.tensor1d([0, -0.5, 1.7, -1.7, 1e-30])],
    'casts of bools': [(x) => [tf.cast(x, 'float32'), tf.cast(x, 'int32')], bools(1, 0)],
    'comparison of bools': [(x, y) => [tf.equal(x, y), tf.notEqual(x, y)], bools(1, 0, 1), bools(1, 1, 0)],
    'slices of bools': [
      (x) => [tf.slice(x, [1], [2]), tf.reverse(x, 0), tf.tile(x, [2]), tf.concat([x, x])],
      bools(1, 0, 0),
    ],
    pow: [(x, y) => tf.pow(x, y), ints(2, -3, 5), ints(3, 2, 0)],
    'gather of integers': [(x) => tf.gather(x, ints(3, 0)), a],
  });
});

test('shapes with all masks, borders and orders', () => {
  const x = floats(4, 5, 3);
  return expectAll({
    backwards: [(x) => tf.stridedSlice(x, [3, 4, 2], [0, 0, 0], [-1, -2, -1]), x],
    'with masks': [(x) => tf.stridedSlice(x, [1, 1, 1], [3, 3, 2], [2, -1, 1], 1, 2), x],
    'with open ends backwards': [(x) => tf.stridedSlice(x, [1, 3], [2, 1], [-1, -1], 3, 3), x],
    'with an ellipsis': [(x) => tf.stridedSlice(x, [1, 0, 1], [3, 0, 3], [1, 1, 1], 0, 0, 2), x],
    'with a new axis': [(x) => tf.stridedSlice(x, [1, 0, 2], [3, 1, 4], [1, 1, 1], 0, 0, 0, 2), x],
    'without an axis': [(x) => tf.stridedSlice(x, [-1, 1, 0], [0, 2, 3], [1, 1, 1], 0, 0, 0, 0, 1), x],
    mirrors: [
      (x) =>
        (['reflect', 'symmetric'] as const).map((mode) =>
          tf.mirrorPad(
            x,
            [
              [2, 1],
              [0, 2],
              [1, 0],
            ],
            mode,
          ),
        ),
      x,
    ],
    pads: [
      (x) =>
        tf.pad(
          x,
          [
            [0, 1],
            [2, 0],
            [0, 0],
          ],
          -2,
        ),
      x,
    ],
    unstack: [(x) => tf.unstack(x, 1), x],
    stack: [(x) => tf.stack([x, tf.neg(x)], -1), x],
    splits: [(x) => tf.split(x, [1, 4], 1), x],
    reverse: [(x) => [tf.reverse(x), tf.reverse(x, [0, -1])], x],
    transpose: [(x) => [tf.transpose(x), tf.transpose(x, [1, 2, 0])], x],
    gathers: [
      (x) => [
        tf.gather(x, ints(2, 0), 1),
        tf.gather(
          x,
          tf.tensor2d(
            [
              [1, 0],
              [2, 2],
            ],
            [2, 2],
            'int32',
          ),
          -1,
        ),
      ],
      x,
    ],
    segments: [(x) => tf.unsortedSegmentSum(x, ints(5, 1, -1, 1) as tf.Tensor1D, 3), x],
    einsum: [(x) => tf.einsum('abc,dbc->ad', x, floats(2, 5, 3)), x],
    reductions: [(x) => [tf.sum(x, [0, -1], true), tf.mean(x, 1), tf.max(x), tf.min(x, []), tf.prod(x, 2)], x],
    scalars: [(x) => [tf.add(x, tf.sum(x)), tf.mul(tf.mean(x), 3), tf.reshape(tf.max(x), [1, 1])], x],
    products: [(x) => [tf.matMul(x, floats(3, 2)), tf.matMul(x, floats(4, 5, 2), true), tf.matMul(floats(5, 5), x)], x],
    oneHot: [(x) => tf.oneHot(x, 3, 2, -1), ints(0, 2, -1, 7)],
    'choices of rows': [(x) => tf.matMul(tf.cast(tf.oneHot(x, 3), 'float32'), floats(3, 2)), ints(0, 2, -1, 7, 1)],
    ranges: [(x) => [tf.add(x, 0), tf.range(0, 5, 0.1), tf.linspace(0, 1, 7)], floats(1)],
  });
});

test('windows with all paddings, strides and activations', () => {
  const [x, filter, bias] = [floats(2, 7, 6, 3), floats(3, 2, 3, 4), floats(4)];
  const rules = [
    'valid',
    'same',
    1,
    [
      [0, 0],
      [1, 0],
      [0, 2],
      [0, 0],
    ],
  ] as const;
  const steps = [1, 2, [2, 1], 3] as const;
  type Pad = 'valid';
  // with a number of rows around it, tfjs takes one stride for both axes where it computes the output
  const convolutions = rules.flatMap((pad, i) =>
    steps
      .filter((strides) => pad !== 1 || typeof strides === 'number')
      .map((strides, j): [string, [Run, ...Tensor[]]] => [
        `conv ${i} ${j}`,
        [
          (x, filter) => {
            const images = x as tf.Tensor4D;
            const y = tf.conv2d(images, filter as tf.Tensor4D, strides as number, pad as Pad);
            const attributes = { strides, pad, dataFormat: 'NHWC', dilations: 1 };
            const shape = { inputShape: x.shape, filterShape: filter.shape };
            return [
              y,
              kernel('Conv2DBackpropInput', { filter: filter, dy: y }, { ...attributes, ...shape }),
              kernel('Conv2DBackpropFilter', { dy: y, x }, { ...attributes, ...shape }),
            ].flat();
          },
          x,
          filter,
        ],
      ]),
  );
  const activations = ['linear', 'relu', 'elu', 'relu6', 'leakyrelu', 'sigmoid', 'prelu'].map(
    (activation): [string, [Run, ...Tensor[]]] => [
      activation,
      [
        (x, filter, bias, rows) => {
          const more = { activation, leakyreluAlpha: 0.3 };
          const slopes = activation === 'prelu' ? { preluActivationWeights: bias } : {};
          const convolution = { strides: [1, 1], pad: 'same', dataFormat: 'NHWC', dilations: [1, 2] };
          const product = { transposeA: false, transposeB: true };
          return [
            kernel('FusedConv2D', { x, filter: filter, bias: bias, ...slopes }, { ...convolution, ...more }),
            kernel('_FusedMatMul', { a: rows, b: floats(1, 4, 5), bias: bias, ...slopes }, { ...product, ...more }),
          ].flat();
        },
        x,
        filter,
        bias,
        floats(1, 6, 5),
      ],
    ],
  );
  const images = floats(2, 4, 6, 3);
  const pools = (['valid', 'same'] as const).flatMap((pad) =>
    [2, [3, 1]].map((filterSize, i): [string, [Run, ...Tensor[]]] => [
      `pool ${pad} ${i}`,
      [
        (x) => {
          const y = tf.avgPool(x as tf.Tensor4D, filterSize as number, 2, pad);
          return [y, kernel('AvgPoolGrad', { dy: y, input: x }, { filterSize, strides: 2, pad }) as Tensor];
        },
        images,
      ],
    ]),
  );
  const sizes = [
    [8, 12, false, false],
    [7, 5, false, false],
    [8, 12, true, false],
    [5, 11, false, true],
  ] as const;
  const resized = sizes.map(([height, width, alignCorners, halfPixelCenters]): [string, [Run, ...Tensor[]]] => [
    `resize ${height} ${alignCorners} ${halfPixelCenters}`,
    [
      (x) => {
        const attributes = { alignCorners, halfPixelCenters, size: [height, width] };
        const y = kernel('ResizeNearestNeighbor', { images: x }, attributes) as Tensor;
        const slope = halfPixelCenters ? [] : [kernel('ResizeNearestNeighborGrad', { images: x, dy: y }, attributes)];
        return [y, ...(slope as Tensor[])];
      },
      // of a second image, tfjs's gradient on cpu is wrong: it looks for it where the smaller image would be
      floats(1, 4, 6, 3),
    ],
  ]);
  return expectAll(Object.fromEntries([...convolutions, ...activations, ...pools, ...resized]), 1e-5);
});

test.skipIf(!hasTorch)('PyTorch gives the same', () => {
  const printed = runSources(forTorch);
  for (const [key, { ours, tolerance }] of forTorch) {
    const found = printed.get(key)!;
    expect('error' in found ? [key, found.error] : 'a result').toBe('a result');
    expectSame(ours, found as Readonly<Record<string, Printed>>, tolerance);
  }
  expect(forTorch.size).toBeGreaterThan(60);
});
