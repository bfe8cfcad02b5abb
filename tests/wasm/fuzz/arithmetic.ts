import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Draw } from './draw.js';
import { as1D, as4D, type Drawn, type FuzzCase } from './fuzz-case.js';

/** The numbers lie in -1 ... 1; functions with "positive" want 0.5 ... 2.5. */
const unary: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  abs: tf.abs,
  atan: tf.atan,
  ceil: tf.ceil,
  clipByValue: (x) => tf.clipByValue(x, -0.3, 0.6),
  cos: tf.cos,
  cosh: tf.cosh,
  elu: tf.elu,
  erf: tf.erf,
  exp: tf.exp,
  expm1: tf.expm1,
  floor: tf.floor,
  leakyRelu: (x) => tf.leakyRelu(x, 0.1),
  logSigmoid: tf.logSigmoid,
  neg: tf.neg,
  relu: tf.relu,
  relu6: (x) => tf.relu6(tf.mul(x, 9)),
  round: tf.round,
  selu: tf.selu,
  sigmoid: tf.sigmoid,
  sign: tf.sign,
  sin: tf.sin,
  sinh: tf.sinh,
  softplus: tf.softplus,
  square: tf.square,
  step: tf.step,
  tan: tf.tan,
  tanh: tf.tanh,
};

const positive: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  acosh: (x) => tf.acosh(tf.add(x, 1)),
  log: tf.log,
  log1p: tf.log1p,
  reciprocal: tf.reciprocal,
  rsqrt: tf.rsqrt,
  sqrt: tf.sqrt,
};

const binary: Readonly<Record<string, (a: Tensor, b: Tensor) => Tensor>> = {
  add: tf.add,
  sub: tf.sub,
  mul: tf.mul,
  div: tf.div,
  maximum: tf.maximum,
  minimum: tf.minimum,
  pow: tf.pow,
  squaredDifference: tf.squaredDifference,
  atan2: tf.atan2,
};

/** Without gradients. */
const comparisons: Readonly<Record<string, (a: Tensor, b: Tensor) => Tensor>> = {
  equal: tf.equal,
  // of float32 it is float32 on wasm, and int32 on cpu, where NaN is 0: see `floorOfQuotient`
  floorDiv: (a, b) => tf.cast(tf.floorDiv(a, b), 'float32'),
  greater: tf.greater,
  greaterEqual: tf.greaterEqual,
  less: tf.less,
  lessEqual: tf.lessEqual,
  mod: tf.mod,
  notEqual: tf.notEqual,
};

const floorOfQuotient = (a: Tensor, b: Tensor): Tensor =>
  tf.floor(tf.div(tf.cast(a, 'float32'), tf.cast(b, 'float32')));

type Reduction = (x: Tensor, axes: number[], keepDims: boolean) => Tensor;
const reductions: Readonly<Record<string, Reduction>> = {
  sum: (x, axes, keepDims) => tf.sum(x, axes, keepDims),
  mean: (x, axes, keepDims) => tf.mean(x, axes, keepDims),
  max: (x, axes, keepDims) => tf.max(x, axes, keepDims),
  min: (x, axes, keepDims) => tf.min(x, axes, keepDims),
  prod: (x, axes, keepDims) => tf.prod(x, axes, keepDims),
  logSumExp: (x, axes, keepDims) => tf.logSumExp(x, axes, keepDims),
};

function oneOf(operations: Readonly<Record<string, (x: Tensor) => Tensor>>, isPositive: boolean): Drawn {
  return (draw) => {
    const name = draw.pick(Object.keys(operations));
    return {
      options: { name },
      inputs: [{ shape: draw.shape(draw.integer(1, 4), 1, 6), isPositive }],
      run: (x) => operations[name]!(x),
    };
  };
}

/** Two shapes that broadcast to one. */
function drawShapes(draw: Draw): [number[], number[]] {
  const shape = draw.shape(draw.integer(1, 4), 1, 5);
  const other = shape.slice(draw.integer(0, shape.length - 1)).map((size) => (draw.chance(0.4) ? 1 : size));
  return draw.chance(0.5) ? [shape, other] : [other, shape];
}

function twoOf(
  operations: Readonly<Record<string, (a: Tensor, b: Tensor) => Tensor>>,
  isDifferentiable: boolean,
): Drawn {
  return (draw) => {
    const name = draw.pick(Object.keys(operations));
    const [a, b] = drawShapes(draw);
    const dtype = draw.chance(0.3) ? 'int32' : 'float32';
    const least = 1;
    return {
      options: { name, dtype },
      inputs: [
        { shape: a, dtype, least, below: 9, isPositive: true },
        { shape: b, dtype, least, below: 9, isPositive: true },
      ],
      isDifferentiable: isDifferentiable && dtype === 'float32',
      run: (x, y) => operations[name]!(x, y),
      ...(name === 'floorDiv' ? { reference: floorOfQuotient } : {}),
    };
  };
}

function drawAxes(draw: Draw) {
  const shape = draw.shape(draw.integer(1, 5), 1, 5);
  const axes = shape.map((_, axis) => axis).filter(() => draw.chance(0.5));
  return { shape, axes: axes.length > 0 ? axes : [0], keepDims: draw.chance(0.5) };
}

function reduction(draw: Draw): FuzzCase {
  const name = draw.pick(Object.keys(reductions));
  const { shape, axes, keepDims } = drawAxes(draw);
  const dtype = draw.chance(0.3) && name !== 'logSumExp' ? 'int32' : 'float32';
  return {
    options: { name, dtype, axes, keepDims },
    inputs: [{ shape, dtype, least: -3, below: 9 }],
    // tfjs has no gradient of a product
    isDifferentiable: dtype === 'float32' && name !== 'prod',
    run: (x) => reductions[name]!(x, axes, keepDims),
  };
}

function anyAndAll(draw: Draw): FuzzCase {
  const { shape, axes, keepDims } = drawAxes(draw);
  return {
    options: { axes, keepDims },
    inputs: [{ shape, dtype: 'bool' }],
    isDifferentiable: false,
    run: (x) => [tf.any(x, axes, keepDims), tf.all(x, axes, keepDims)],
  };
}

function argMaxAndMin(draw: Draw): FuzzCase {
  const shape = draw.shape(draw.integer(1, 4), 1, 6);
  const axis = draw.integer(0, shape.length - 1);
  return {
    options: { axis },
    inputs: [{ shape, dtype: draw.pick(['float32', 'int32'] as const), below: 20 }],
    isDifferentiable: false,
    run: (x) => [tf.argMax(x, axis), tf.argMin(x, axis)],
  };
}

const cumulative =
  (operation: typeof tf.cumsum, isDifferentiable: boolean): Drawn =>
  (draw) => {
    const shape = draw.shape(draw.integer(1, 4), 1, 5);
    const [axis, exclusive, reverse] = [draw.integer(0, shape.length - 1), draw.chance(0.5), draw.chance(0.5)];
    return {
      options: { axis, exclusive, reverse },
      inputs: [{ shape }],
      isDifferentiable,
      run: (x) => operation(x, axis, exclusive, reverse),
    };
  };

const alongLast =
  (operation: (x: Tensor) => Tensor): Drawn =>
  (draw) => ({
    options: {},
    inputs: [{ shape: draw.shape(draw.integer(1, 4), 1, 7) }],
    run: (x) => operation(x),
  });

function batchNorm(draw: Draw): FuzzCase {
  const channels = draw.integer(1, 6);
  const one = { shape: [channels] };
  return {
    options: { channels },
    inputs: [
      { shape: [...draw.shape(draw.integer(1, 3), 1, 5), channels] },
      one,
      { ...one, isPositive: true },
      one,
      one,
    ],
    run: (x, mean, variance, offset, scale) =>
      tf.batchNorm(x, as1D(mean), as1D(variance), as1D(offset), as1D(scale), 0.01),
  };
}

function localResponseNormalization(draw: Draw): FuzzCase {
  const radius = draw.integer(1, 3);
  return {
    options: { radius },
    inputs: [{ shape: [draw.integer(1, 2), ...draw.shape(2, 1, 4), draw.integer(1, 7)] }],
    run: (x) => tf.localResponseNormalization(as4D(x), radius, 1, 0.5, 0.6),
  };
}

function einsum(draw: Draw): FuzzCase {
  const equation = draw.pick([
    'ij,jk->ik',
    'bij,bjk->bik',
    'bij,bkj->bik',
    'ij,ij->',
    'i,j->ij',
    'bhid,bhjd->bhij',
    'ij->ji',
    'ijk->k',
  ]);
  const sizes = new Map([...'bhijkd'].map((axis) => [axis, draw.integer(1, 5)]));
  const terms = equation.split('->')[0]!.split(',');
  return {
    options: { equation },
    inputs: terms.map((term) => ({ shape: [...term].map((axis) => sizes.get(axis)!) })),
    run: (...inputs) => tf.einsum(equation, ...inputs),
  };
}

function prelu(draw: Draw): FuzzCase {
  const shape = draw.shape(draw.integer(1, 4), 1, 5);
  return {
    options: {},
    inputs: [{ shape }, { shape: shape.slice(-1) }],
    run: (x, alpha) => tf.prelu(x, alpha),
    // computed as max(x, 0) + alpha min(x, 0)
    maySpread: true,
  };
}

function addN(draw: Draw): FuzzCase {
  const shape = draw.shape(draw.integer(1, 4), 1, 5);
  return {
    options: {},
    inputs: Array.from({ length: draw.integer(1, 5) }, () => ({ shape })),
    run: (...parts) => tf.addN(parts),
  };
}

export const arithmetic: Readonly<Record<string, Drawn>> = {
  addN,
  anyAndAll,
  argMaxAndMin,
  batchNorm,
  comparisons: twoOf(comparisons, false),
  cumprod: cumulative(tf.cumprod, false),
  cumsum: cumulative(tf.cumsum, true),
  einsum,
  'functions of positive numbers': oneOf(positive, true),
  'functions of one number': oneOf(unary, false),
  'functions of two numbers': twoOf(binary, true),
  localResponseNormalization,
  logSoftmax: alongLast((x) => tf.logSoftmax(x)),
  prelu,
  reductions: reduction,
  softmax: alongLast((x) => tf.softmax(x)),
};
