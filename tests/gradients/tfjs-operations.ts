import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { createRandom } from '../../src/random/index.js';
import { imageOperations } from './tfjs-image-operations.js';

/** An operation of tfjs at a point where it is smooth: float tensors, and a function of them. */
export interface Operation {
  readonly inputs: readonly Numbers[];
  readonly f: (...inputs: Tensor[]) => Tensor;
  /** Whether its gradient calls methods of tensors, which tfjs-core alone does not have. */
  readonly chained?: boolean;
}

/** Numbers of a shape, all as far apart as they can be within bounds, in random order: no two of them tie. */
export interface Numbers {
  readonly shape: readonly number[];
  readonly low: number;
  readonly high: number;
}

/** By default six numbers, none of them near 0. */
export const numbers = (shape: readonly number[] = [6], low = -1.1, high = 1.3): Numbers => ({ shape, low, high });

/** A tensor of such numbers; `seed` decides their order. */
export function tensorOf({ shape, low, high }: Numbers, seed: number): Tensor {
  const size = tf.util.sizeFromShape([...shape]);
  const order = createRandom(seed).permutation(size);
  const values = Array.from(order, (place) => (size === 1 ? high : low + ((high - low) * place) / (size - 1)));
  return tf.tensor(values, [...shape]);
}

const one = (f: (x: Tensor) => Tensor, low?: number, high?: number): Operation => ({
  inputs: [numbers([6], low, high)],
  f: f,
});

/** An operation on two matrices, the second of which is a row that is broadcast. */
const two = (f: (a: Tensor, b: Tensor) => Tensor, low?: number, high?: number, row = [1, 3]): Operation => ({
  inputs: [numbers([2, 3], low, high), numbers(row, low, high)],
  f: f,
});

const of = (shape: number[], f: (x: Tensor) => Tensor, low?: number, high?: number): Operation => ({
  inputs: [numbers(shape, low, high)],
  f: f,
});

/** Numbers whose quotients are not integers. */
const steps = [numbers([2, 3], 0.5, 2.35), numbers([1, 3], 1.45, 2.15)];

const float = (x: Tensor): Tensor => tf.cast(x, 'float32');

/**
 * Every kernel that has a gradient in tfjs, by name; further cases of a kernel have words in brackets after it. The result of
 * a comparison is combined with its input, because a zero alone would prove nothing.
 */
export const operations: Readonly<Record<string, Operation>> = {
  ...imageOperations,
  Abs: one(tf.abs),
  Acos: one(tf.acos, -0.6, 0.5),
  Acosh: one(tf.acosh, 1.5, 3),
  Add: two(tf.add),
  AddN: two((a, b) => tf.addN([a, tf.mul(a, b)])),
  ArgMax: of([2, 3], (x) => tf.mul(x, tf.expandDims(float(tf.argMax(x, 1)), 1))),
  ArgMin: of([2, 3], (x) => tf.mul(x, tf.expandDims(float(tf.argMin(x, 1)), 1))),
  Asin: one(tf.asin, -0.6, 0.5),
  Asinh: one(tf.asinh),
  Atan: one(tf.atan),
  Atan2: two(tf.atan2, 0.4, 1.5),
  Atanh: one(tf.atanh, -0.6, 0.5),
  BatchMatMul: {
    inputs: [numbers([2, 3]), numbers([3, 2])],
    f: (a, b) => tf.matMul(a, b),
  },
  'BatchMatMul (both transposed)': {
    inputs: [numbers([3, 2]), numbers([2, 3])],
    f: (a, b) => tf.matMul(a, b, true, true),
  },
  Cast: one((x) => tf.cast(x, 'float32')),
  Ceil: one((x) => tf.mul(x, tf.ceil(x)), -0.4, 2.4),
  ClipByValue: one((x) => tf.clipByValue(x, -0.5, 0.6)),
  Concat: two((a, b) => tf.concat([a, b], 0)),
  Cos: one(tf.cos),
  Cosh: one(tf.cosh),
  Cumsum: of([2, 3], (x) => tf.cumsum(x, 1)),
  'Cumsum (not of the last axis)': of([3, 3], (x) => tf.cumsum(x, 0, true)),
  Elu: one(tf.elu),
  Equal: one((x) => tf.mul(x, float(tf.equal(x, tf.mul(x, 1))))),
  Erf: one(tf.erf),
  Exp: one(tf.exp),
  ExpandDims: one((x) => tf.expandDims(x, 1)),
  Expm1: one(tf.expm1),
  Floor: one((x) => tf.mul(x, tf.floor(x)), -0.4, 2.4),
  // WebGL rounds both numbers first, so they are far from halves
  FloorDiv: {
    inputs: [numbers([2], 0.8, 2), numbers([1], 0.9, 0.9)],
    f: (a, b) => tf.mul(a, float(tf.floorDiv(a, b))),
  },
  FusedBatchNorm: {
    inputs: [numbers([2, 1, 2, 3]), ...Array.from({ length: 4 }, () => numbers([3], 0.5, 1.7))],
    f: (x, mean, variance, offset, scale) => tf.batchNorm(x, mean, variance, offset, scale),
  },
  GatherV2: of([3, 2], (x) => tf.gather(x, tf.tensor1d([2, 0, 2], 'int32'))),
  Greater: one((x) => tf.mul(x, float(tf.greater(x, 0)))),
  GreaterEqual: one((x) => tf.mul(x, float(tf.greaterEqual(x, 0)))),
  Identity: one(tf.clone),
  IsFinite: one((x) => tf.mul(x, float(tf.isFinite(x)))),
  IsInf: one((x) => tf.mul(x, float(tf.isInf(x)))),
  IsNan: one((x) => tf.mul(x, float(tf.isNaN(x)))),
  LeakyRelu: one(tf.leakyRelu),
  Less: one((x) => tf.mul(x, float(tf.less(x, 0)))),
  LessEqual: one((x) => tf.mul(x, float(tf.lessEqual(x, 0)))),
  Log: one(tf.log, 0.5, 2.2),
  Log1p: one(tf.log1p, -0.3, 2),
  LogicalAnd: one((x) => tf.mul(x, float(tf.logicalAnd(tf.greater(x, 0), tf.less(x, 1))))),
  LogicalNot: one((x) => tf.mul(x, float(tf.logicalNot(tf.greater(x, 0))))),
  LogicalOr: one((x) => tf.mul(x, float(tf.logicalOr(tf.greater(x, 0), tf.less(x, -1))))),
  Max: of([2, 3], (x) => tf.max(x, 1)),
  Maximum: two(tf.maximum, -1.1, 1.3, [2, 3]),
  Mean: of([2, 3], (x) => tf.mean(x, 1)),
  Min: of([2, 3], (x) => tf.min(x, 1)),
  Minimum: two(tf.minimum, -1.1, 1.3, [2, 3]),
  MirrorPad: of([3, 3], (x) =>
    tf.mirrorPad(
      x,
      [
        [1, 2],
        [0, 1],
      ],
      'reflect',
    ),
  ),
  'MirrorPad (symmetric)': of([2, 3], (x) =>
    tf.mirrorPad(
      x,
      [
        [1, 0],
        [2, 1],
      ],
      'symmetric',
    ),
  ),
  Mod: { inputs: steps, f: (a, b) => tf.mod(a, b) },
  Multiply: two(tf.mul),
  Neg: one(tf.neg),
  NotEqual: one((x) => tf.mul(x, float(tf.notEqual(x, 0)))),
  OnesLike: one((x) => tf.mul(x, tf.onesLike(x))),
  Pack: two((a, b) => tf.stack([a, b], 1), -1.1, 1.3, [2, 3]),
  PadV2: of([2, 3], (x) =>
    tf.pad(
      x,
      [
        [1, 0],
        [2, 1],
      ],
      2,
    ),
  ),
  Pow: two(tf.pow, 0.5, 1.9),
  Prelu: two(tf.prelu),
  Prod: { inputs: [numbers([2, 3])], f: (x) => tf.prod(x, 1), chained: true },
  RealDiv: two(tf.div, 0.6, 1.9),
  Reciprocal: one(tf.reciprocal, 0.5, 1.9),
  Relu: one(tf.relu),
  Relu6: one(tf.relu6, -1.5, 8.3),
  Reshape: one((x) => tf.reshape(x, [2, 3])),
  Reverse: of([2, 3], (x) => tf.reverse(x, 1)),
  Round: one((x) => tf.mul(x, tf.round(x)), -1, 2.3),
  Rsqrt: one(tf.rsqrt, 0.5, 1.9),
  Select: two((a, b) => tf.where(tf.greater(a, 0), tf.mul(a, b), b), -1.1, 1.3, [2, 3]),
  Selu: one(tf.selu),
  Sigmoid: one(tf.sigmoid),
  Sign: one((x) => tf.mul(x, tf.sign(x))),
  Sin: one(tf.sin),
  Sinh: one(tf.sinh),
  Slice: of([3, 3], (x) => tf.slice(x, [1, 0], [2, 2])),
  Softmax: of([2, 3], (x) => tf.softmax(x)),
  Softplus: one(tf.softplus),
  SplitV: of([2, 3], (x) => {
    const [a, b] = tf.split(x, [1, 2], 1);
    return tf.mul(a!, b!);
  }),
  Sqrt: one(tf.sqrt, 0.5, 1.9),
  Square: one(tf.square),
  SquaredDifference: two(tf.squaredDifference, -1.1, 1.3, [2, 3]),
  Step: one((x) => tf.mul(x, tf.step(x, 0.2))),
  Sub: two(tf.sub),
  Sum: of([2, 3], (x) => tf.sum(x, 1)),
  Tan: one(tf.tan, -0.9, 1),
  Tanh: one(tf.tanh),
  Tile: of([2, 3], (x) => tf.tile(x, [2, 2])),
  Transpose: of([2, 3], (x) => tf.transpose(x)),
  Unpack: of([2, 3], (x) => {
    const [a, b] = tf.unstack(x);
    return tf.mul(a!, b!);
  }),
  UnsortedSegmentSum: of([4, 2], (x) => tf.unsortedSegmentSum(x, tf.tensor1d([1, 0, 1, 2], 'int32'), 3)),
  ZerosLike: one((x) => tf.add(x, tf.zerosLike(x))),
};

/** Kernels without a case, and why. */
export const withoutCase: Readonly<Record<string, string>> = {
  BroadcastTo: 'no backend has it; tf.broadcastTo is a Tile',
  ComplexAbs: 'its input is complex, and tfjs has no derivative of what makes a complex tensor',
  LogSoftmax: 'no backend has it; tf.logSoftmax is made with tf.customGrad',
  OneHot: 'its input are whole numbers',
};
