import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { at, build, each, erf, mean, round, rows, sum, type Numbers } from './float64.js';

/** An input: floats from `low` to `high`, or given numbers. */
export interface Input {
  readonly shape: readonly number[];
  readonly low?: number;
  readonly high?: number;
  readonly values?: readonly number[];
  readonly dtype?: 'int32' | 'bool';
}

/** An operation at points where it is smooth, and the same in float64. */
export interface Case {
  readonly inputs: readonly Input[];
  readonly run: (...inputs: Tensor[]) => Tensor | Tensor[];
  readonly reference: (...inputs: Numbers[]) => Numbers | Numbers[];
  readonly dtype?: 'int32' | 'bool';
  /** Inputs of shapes that are broadcast. */
  readonly broadcast?: readonly Input[];
  /** How many times it can be differentiated; twice by default. */
  readonly order?: 0 | 1 | 2;
  /** Floats with NaN and infinities in place of the first inputs; by default three of them among the numbers of the first float. */
  readonly special?: readonly Input[];
  /** Shapes of empty inputs; by default the first axis of the first input is empty. */
  readonly empty?: readonly (readonly (readonly number[])[])[];
}

const floats = (shape: readonly number[], low = -1.1, high = 1.3): Input => ({ shape, low, high });
const indices = (...values: number[]): Input => ({ shape: [values.length], values, dtype: 'int32' });
const flags = (...values: number[]): Input => ({ shape: [values.length], values, dtype: 'bool' });

const SPECIAL = [NaN, Infinity, -Infinity, 0, 1, -1.5, 1e30];
/** Each special number with each. */
const column: Input = { shape: [SPECIAL.length, 1], values: SPECIAL };
const row: Input = { shape: [1, SPECIAL.length], values: SPECIAL };

type Unary = (x: Tensor) => Tensor;
type Binary = (a: Tensor, b: Tensor) => Tensor;

/** A function of each number. */
const one = (run: Unary, f: (x: number) => number, [low, high]: number[] = [], more: Partial<Case> = {}): Case => ({
  inputs: [floats([6], low, high)],
  run: (x) => run(x),
  reference: each(f),
  special: [{ shape: [SPECIAL.length], values: SPECIAL }],
  ...more,
});

/** A function of two numbers. */
const two = (run: Binary, f: (a: number, b: number) => number, more: Partial<Case> = {}): Case => ({
  inputs: [floats([2, 3]), floats([2, 3], 0.4, 1.7)],
  broadcast: [floats([2, 3, 2]), floats([3, 1], 0.4, 1.7)],
  empty: [
    [
      [0, 3],
      [0, 3],
    ],
    [
      [0, 3],
      [1, 3],
    ],
  ],
  run: (a, b) => run(a, b),
  reference: each(f),
  special: [column, row],
  ...more,
});

/** A comparison of numbers, some of which are equal. */
const compared = (run: Binary, f: (a: number, b: number) => boolean): Case =>
  two(run, (a, b) => Number(f(a, b)), {
    inputs: [
      { shape: [6], values: [1, 2, 3, 3, 2, 1] },
      { shape: [6], values: [1, 2, 2, 3, 1, 2] },
    ],
    broadcast: [
      { shape: [2, 3], values: [1, 2, 3, 3, 2, 1] },
      { shape: [3], values: [1, 2, 2] },
    ],
    empty: [[[0], [0]]],
    dtype: 'bool',
    order: 0,
  });

const logical = (run: Binary, f: (a: number, b: number) => boolean): Case => ({
  inputs: [flags(0, 0, 1, 1), flags(0, 1, 0, 1)],
  run,
  reference: each((a, b) => Number(f(a, b))),
  dtype: 'bool',
  order: 0,
  empty: [[[0], [0]]],
});

/** A function of the numbers along the last axis; of none it is what the formula says of none. */
const reduced = (run: Unary, f: (numbers: number[]) => number, more: Partial<Case> = {}): Case => ({
  inputs: [floats([4, 3])],
  run,
  reference: rows(f),
  empty: [[[0, 3]], [[2, 0]]],
  ...more,
});

const of = (
  shape: number[],
  run: (x: Tensor) => Tensor | Tensor[],
  reference: Case['reference'],
  more: Partial<Case> = {},
): Case => ({
  inputs: [floats(shape)],
  run,
  reference,
  ...more,
});

/** Three rows with one more before them and two after, which are the rows of `order`. */
const mirrored = (mode: 'reflect' | 'symmetric', order: readonly number[]): Case => {
  const widths: [number, number][] = [
    [1, 2],
    [0, 0],
  ];
  return of(
    [3, 2],
    (x) => tf.mirrorPad(x, widths, mode),
    (x) => build([6, x.shape[1]!], ([i, j]) => at(x, [order[i!]!, j!])),
    { empty: [[[3, 0]]] },
  );
};

/** A tensor made of nothing, and an empty one. */
const made = (run: () => Tensor, full: Numbers, runEmpty?: () => Tensor, dtype?: 'int32'): Case[] => [
  { inputs: [], run, reference: () => full, ...(dtype && { dtype }) },
  ...(runEmpty ? [{ inputs: [], run: runEmpty, reference: () => build([0, 3], () => 0) }] : []),
];

const step = (x: number, alpha: number): number => (Number.isNaN(x) ? NaN : x > 0 ? 1 : alpha);
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const softmax = (x: Numbers): Numbers => {
  const powers = each((value, most) => Math.exp(value - most))(
    x,
    lastAxis(x, (numbers) => Math.max(...numbers)),
  );
  return each((power, total) => power / total)(powers, lastAxis(powers, sum));
};
const lastAxis = (x: Numbers, f: (numbers: number[]) => number): Numbers => {
  const { shape, values } = rows(f)(x);
  return { shape: [...shape, 1], values };
};
/** Transposes matrices, the last two axes. */
const turned = (x: Numbers): Numbers =>
  build([...x.shape.slice(0, -2), x.shape.at(-1)!, x.shape.at(-2)!], (index) =>
    at(x, [...index.slice(0, -2), index.at(-1)!, index.at(-2)!]),
  );
const product = (a: Numbers, b: Numbers): Numbers => {
  const batch = a.shape.slice(0, -2).map((length, axis) => (length === 1 ? b.shape[axis]! : length));
  return build([...batch, a.shape.at(-2)!, b.shape.at(-1)!], (index) => {
    const [i, j] = index.slice(-2) as [number, number];
    const outer = index.slice(0, -2);
    return sum(Array.from({ length: a.shape.at(-1)! }, (_, k) => at(a, [...outer, i, k]) * at(b, [...outer, k, j])));
  });
};
const firstOf = (f: (...numbers: number[]) => number) => (numbers: number[]) => numbers.indexOf(f(...numbers));
/** A box of `x` that begins at `begin`. */
const box = (x: Numbers, begin: readonly number[], shape: readonly number[], stride = 1): Numbers =>
  build(shape, (index) =>
    at(
      x,
      index.map((i, axis) => begin[axis]! + stride * i),
    ),
  );

/** A kernel of tfjs that src/operations runs by its name; its gradients are ours. */
const kernel =
  (name: string, names: readonly string[], attributes: object) =>
  (...inputs: Tensor[]): Tensor =>
    tf
      .engine()
      .runKernel<Tensor>(name, Object.fromEntries(inputs.map((x, i) => [names[i]!, x])), attributes as tf.NamedAttrMap);
const leaky = { activation: 'leakyrelu', leakyreluAlpha: 0.2 };
const leakyRelu = (x: number): number => (x > 0 ? x : 0.2 * x);
const [IMAGES, FILTER] = [
  [2, 3, 4, 2],
  [2, 2, 2, 3],
] as const;
const window = { strides: [1, 1], pad: 'valid', dataFormat: 'NHWC' };
/** The sum of `f` over the four places of a filter of 2 x 2 and, for each, over `length` channels. */
const overWindow = (length: number, f: (a: number, b: number, c: number) => number): number =>
  sum([0, 1, 2, 3].flatMap((k) => Array.from({ length }, (_, c) => f(k >> 1, k & 1, c))));
const convolution = (x: Numbers, filter: Numbers): Numbers =>
  build([x.shape[0]!, 2, 3, 3], ([n, i, j, f]) =>
    overWindow(2, (a, b, c) => at(x, [n!, i! + a, j! + b, c]) * at(filter, [a, b, c, f!])),
  );
const inputGradient = (dy: Numbers, filter: Numbers): Numbers =>
  build([dy.shape[0]!, 3, 4, filter.shape[2]!], ([n, p, q, c]) =>
    overWindow(dy.shape[3]!, (a, b, f) => {
      const [i, j] = [p! - a, q! - b];
      return i < 0 || i > 1 || j < 0 || j > 2 ? 0 : at(dy, [n!, i, j, f]) * at(filter, [a, b, c!, f]);
    }),
  );
const filterGradient = (x: Numbers, dy: Numbers): Numbers =>
  build(FILTER, ([a, b, c, f]) => {
    const places = Array.from(
      { length: 6 * x.shape[0]! },
      (_, k) => [Math.floor(k / 6), Math.floor(k / 3) % 2, k % 3] as const,
    );
    return sum(places.map(([n, i, j]) => at(x, [n, i + a!, j + b!, c!]) * at(dy, [n, i, j, f!])));
  });

/** Each operation of docs/operations.json, and each kernel that is run by its name. */
export const cases: Readonly<Record<string, Case | readonly Case[]>> = {
  abs: one(tf.abs, Math.abs),
  acos: one(tf.acos, Math.acos, [-0.6, 0.5]),
  add: two(tf.add, (a, b) => a + b),
  addN: {
    inputs: [floats([2, 3]), floats([2, 3]), floats([2, 3])],
    run: (...x) => tf.addN(x),
    reference: each((a, b, c) => a + b + c),
    empty: [
      [
        [0, 3],
        [0, 3],
        [0, 3],
      ],
    ],
  },
  all: reduced(
    (x) => tf.all(x, 1),
    (numbers) => Number(numbers.every(Boolean)),
    {
      inputs: [{ shape: [3, 2], values: [1, 1, 0, 1, 0, 0], dtype: 'bool' }],
      dtype: 'bool',
      order: 0,
    },
  ),
  argMax: reduced((x) => tf.argMax(x, 1), firstOf(Math.max), {
    inputs: [{ shape: [2, 3], values: [1, 3, 3, -2, -5, -2] }],
    dtype: 'int32',
    order: 0,
    special: [{ shape: [2, 3], values: [1, Infinity, -Infinity, -Infinity, -Infinity, 2] }],
    empty: [[[0, 3]]],
  }),
  argMin: reduced((x) => tf.argMin(x, 1), firstOf(Math.min), {
    inputs: [{ shape: [2, 3], values: [3, 1, 1, -5, -2, -5] }],
    dtype: 'int32',
    order: 0,
    special: [{ shape: [2, 3], values: [1, Infinity, -Infinity, Infinity, Infinity, 2] }],
    empty: [[[0, 3]]],
  }),
  asin: one(tf.asin, Math.asin, [-0.42, 0.37]),
  avgPool: of(
    [2, 4, 2, 3],
    (x) => tf.avgPool(x as tf.Tensor4D, [2, 1], [2, 1], 'valid'),
    (x) =>
      build([x.shape[0]!, x.shape[1]! / 2, x.shape[2]!, x.shape[3]!], ([n, i, j, c]) =>
        mean([at(x, [n!, 2 * i!, j!, c!]), at(x, [n!, 2 * i! + 1, j!, c!])]),
      ),
  ),
  broadcastTo: of(
    [2, 1, 3],
    (x) => tf.broadcastTo(x, [4, x.shape[0], 2, 3]),
    (x) => build([4, x.shape[0]!, 2, 3], (index) => at(x, index)),
  ),
  cast: [
    one(
      (x) => tf.cast(x, 'float32'),
      (x) => x,
    ),
    one((x) => tf.cast(x, 'int32'), Math.trunc, [-2.2, 2.3], {
      dtype: 'int32',
      order: 0,
      special: [floats([6], -9, 9)],
    }),
    one(
      (x) => tf.cast(x, 'bool'),
      (x) => Number(x !== 0),
      [0, 1],
      { dtype: 'bool', order: 0 },
    ),
    {
      inputs: [flags(0, 1, 1)],
      run: (x) => tf.cast(x, 'float32'),
      reference: each((x) => x),
      order: 0,
    },
  ],
  clipByValue: one(
    (x) => tf.clipByValue(x, -0.5, 0.6),
    (x) => Math.min(Math.max(x, -0.5), 0.6),
  ),
  clone: one(tf.clone, (x) => x),
  concat: {
    inputs: [floats([2, 1]), floats([2, 3])],
    run: (a, b) => tf.concat([a, b], 1),
    reference: (a, b) =>
      build([a.shape[0]!, a.shape[1]! + b.shape[1]!], ([i, j]) =>
        j! < a.shape[1]! ? at(a, [i!, j!]) : at(b, [i!, j! - a.shape[1]!]),
      ),
    empty: [
      [
        [0, 1],
        [0, 3],
      ],
      [
        [2, 0],
        [2, 3],
      ],
    ],
  },
  conv2dTranspose: {
    inputs: [floats([1, 2, 3, 3]), floats(FILTER)],
    run: (x, filter) => {
      const shape: [number, number, number, number] = [x.shape[0], 3, 4, 2];
      return tf.conv2dTranspose(x as tf.Tensor4D, filter as tf.Tensor4D, shape, 1, 'valid');
    },
    reference: (x, filter) => inputGradient(x, filter),
  },
  cumsum: [
    of(
      [2, 3],
      (x) => tf.cumsum(x, 1),
      (x) => build(x.shape, ([i, j]) => sum(Array.from({ length: j! + 1 }, (_, k) => at(x, [i!, k])))),
    ),
    of(
      [2, 3],
      (x) => tf.cumsum(x, 0, true),
      (x) => build(x.shape, ([i, j]) => sum(Array.from({ length: i! }, (_, k) => at(x, [k, j!])))),
    ),
  ],
  div: two(tf.div, (a, b) => a / b),
  elu: one(tf.elu, (x) => (x > 0 ? x : Math.expm1(x))),
  equal: compared(tf.equal, (a, b) => a === b),
  erf: one(tf.erf, erf),
  exp: one(tf.exp, Math.exp),
  expandDims: of(
    [2, 3],
    (x) => tf.expandDims(x, 1),
    ({ shape, values }) => ({ shape: [shape[0]!, 1, shape[1]!], values }),
  ),
  expm1: [one(tf.expm1, Math.expm1), one(tf.expm1, Math.expm1, [1e-5, 2e-5])],
  eye: made(
    () => tf.eye(3),
    build([3, 3], ([i, j]) => Number(i === j)),
    () => tf.reshape(tf.eye(0), [0, 3]),
  ),
  fill: made(
    () => tf.fill([2, 3], 0.5),
    build([2, 3], () => 0.5),
    () => tf.fill([0, 3], 1),
  ),
  floor: one(tf.floor, Math.floor, [-2.3, 2.4]),
  gather: {
    inputs: [floats([3, 2]), indices(2, 0, 2)],
    run: (x, places) => tf.gather(x, places),
    reference: (x, places) => build([places.shape[0]!, 2], ([i, j]) => at(x, [places.values[i!]!, j!])),
    empty: [[[3, 2], [0]]],
  },
  gatherND: {
    inputs: [floats([3, 2]), { shape: [3, 1], values: [2, 0, 2], dtype: 'int32' }],
    run: (x, places) => tf.gatherND(x, places),
    reference: (x, places) => build([places.shape[0]!, 2], ([i, j]) => at(x, [places.values[i!]!, j!])),
    order: 0,
    empty: [
      [
        [3, 2],
        [0, 1],
      ],
    ],
  },
  greater: compared(tf.greater, (a, b) => a > b),
  greaterEqual: compared(tf.greaterEqual, (a, b) => a >= b),
  isFinite: one(tf.isFinite, (x) => Number(Number.isFinite(x)), [], { dtype: 'bool', order: 0 }),
  leakyRelu: one(
    (x) => tf.leakyRelu(x, 0.3),
    (x) => (x > 0 ? x : 0.3 * x),
  ),
  less: compared(tf.less, (a, b) => a < b),
  lessEqual: compared(tf.lessEqual, (a, b) => a <= b),
  linspace: made(
    () => tf.linspace(-1, 2, 4),
    build([4], ([i]) => i! - 1),
  ),
  log: one(tf.log, Math.log, [0.5, 2.2]),
  log1p: [one(tf.log1p, Math.log1p, [-0.3, 2]), one(tf.log1p, Math.log1p, [1e-5, 2e-5])],
  logicalAnd: logical(tf.logicalAnd, (a, b) => Boolean(a && b)),
  logicalNot: {
    inputs: [flags(0, 1)],
    run: (x) => tf.logicalNot(x),
    reference: each((x) => 1 - x),
    dtype: 'bool',
    order: 0,
  },
  logicalOr: logical(tf.logicalOr, (a, b) => Boolean(a || b)),
  matMul: [
    {
      inputs: [floats([2, 3]), floats([3, 4])],
      run: (a, b) => tf.matMul(a, b),
      reference: (a, b) => product(a, b),
      empty: [
        [
          [0, 3],
          [3, 4],
        ],
        [
          [2, 0],
          [0, 4],
        ],
      ],
    },
    {
      inputs: [floats([3, 2]), floats([3, 4])],
      run: (a, b) => tf.matMul(a, b, true),
      reference: (a, b) => product(turned(a), b),
      empty: [
        [
          [3, 0],
          [3, 4],
        ],
      ],
    },
    {
      inputs: [floats([2, 2, 3]), floats([2, 4, 3])],
      broadcast: [floats([2, 2, 3]), floats([1, 4, 3])],
      run: (a, b) => tf.matMul(a, b, false, true),
      reference: (a, b) => product(a, turned(b)),
      empty: [
        [
          [0, 2, 3],
          [0, 4, 3],
        ],
        [
          [0, 2, 3],
          [1, 4, 3],
        ],
      ],
    },
  ],
  max: reduced(
    (x) => tf.max(x, 1),
    (numbers) => Math.max(...numbers),
  ),
  maximum: two(tf.maximum, Math.max),
  mean: reduced((x) => tf.mean(x, 1), mean),
  min: reduced(
    (x) => tf.min(x, 1),
    (numbers) => Math.min(...numbers),
  ),
  minimum: two(tf.minimum, Math.min),
  mirrorPad: [mirrored('reflect', [1, 0, 1, 2, 1, 0]), mirrored('symmetric', [0, 0, 1, 2, 2, 1])],
  moments: reduced(
    (x) => {
      const { mean, variance } = tf.moments(x, 1);
      return tf.stack([mean, variance]);
    },
    mean,
    {
      reference: (x) => {
        const parts = [rows(mean)(x), rows((numbers) => mean(numbers.map((one) => (one - mean(numbers)) ** 2)))(x)];
        return build([2, x.shape[0]!], ([k, i]) => parts[k!]!.values[i!]!);
      },
    },
  ),
  mul: two(tf.mul, (a, b) => a * b),
  neg: one(tf.neg, (x) => -x),
  notEqual: compared(tf.notEqual, (a, b) => a !== b),
  oneHot: {
    inputs: [indices(2, 0, -1, 3)],
    run: (x) => tf.oneHot(x, 3),
    reference: (x) => build([x.shape[0]!, 3], ([i, j]) => Number(x.values[i!] === j)),
    dtype: 'int32',
    order: 0,
  },
  ones: made(
    () => tf.ones([2, 3]),
    build([2, 3], () => 1),
    () => tf.ones([0, 3]),
  ),
  onesLike: one(tf.onesLike, () => 1),
  pad: of(
    [2, 2],
    (x) =>
      tf.pad(
        x,
        [
          [1, 0],
          [0, 2],
        ],
        0.5,
      ),
    (x) => build([x.shape[0]! + 1, 4], ([i, j]) => (i! > 0 && j! < 2 ? at(x, [i! - 1, j!]) : 0.5)),
  ),
  range: [
    ...made(
      () => tf.range(1, 6, 2),
      build([3], ([i]) => 1 + 2 * i!),
    ),
    ...made(
      () => tf.range(0, 3, 1, 'int32'),
      build([3], ([i]) => i!),
      undefined,
      'int32',
    ),
    ...made(
      () => tf.range(2, 2),
      build([0], () => 0),
    ),
  ],
  reciprocal: one(tf.reciprocal, (x) => 1 / x, [0.5, 1.9]),
  relu: one(tf.relu, (x) => Math.max(x, 0)),
  reshape: of(
    [2, 3],
    (x) => tf.reshape(x, [3, x.shape[0]]),
    ({ shape, values }) => ({ shape: [3, shape[0]!], values }),
  ),
  reverse: of(
    [2, 3],
    (x) => tf.reverse(x, 1),
    (x) => build(x.shape, ([i, j]) => at(x, [i!, x.shape[1]! - 1 - j!])),
  ),
  round: [
    one(tf.round, round, [-2.3, 2.4]),
    one(tf.round, round, [], { inputs: [{ shape: [5], values: [-1.5, -0.5, 0.5, 1.5, 2.5] }], order: 0 }),
  ],
  rsqrt: one(tf.rsqrt, (x) => 1 / Math.sqrt(x), [0.5, 1.9]),
  scalar: made(
    () => tf.scalar(0.5),
    build([], () => 0.5),
  ),
  scatterND: {
    inputs: [{ shape: [3, 1], values: [2, 0, 2], dtype: 'int32' }, floats([3, 2])],
    run: (places, updates) => tf.scatterND(places, updates, [4, 2]),
    reference: (places, updates) =>
      build([4, 2], ([i, j]) => sum(places.values.map((place, k) => (place === i ? at(updates, [k, j!]) : 0)))),
    order: 0,
    empty: [
      [
        [0, 1],
        [0, 2],
      ],
    ],
  },
  sigmoid: one(tf.sigmoid, sigmoid),
  sign: one(tf.sign, Math.sign),
  sin: one(tf.sin, Math.sin),
  slice: of(
    [3, 3],
    (x) => tf.slice(x, [0, 1], [-1, 2]),
    (x) => box(x, [0, 1], [x.shape[0]!, 2]),
  ),
  softmax: of(
    [2, 3],
    (x) => tf.softmax(x),
    (x) => softmax(x),
  ),
  softplus: one(tf.softplus, (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))),
  split: [
    of(
      [2, 3],
      (x) => tf.split(x, [1, 2], 1),
      (x) => [box(x, [0, 0], [x.shape[0]!, 1]), box(x, [0, 1], [x.shape[0]!, 2])],
    ),
    of(
      [2, 4],
      (x) => tf.split(x, 2, 1),
      (x) => [0, 2].map((from) => box(x, [0, from], [x.shape[0]!, 2])),
    ),
  ],
  sqrt: one(tf.sqrt, Math.sqrt, [0.5, 1.9]),
  square: one(tf.square, (x) => x * x),
  squaredDifference: two(tf.squaredDifference, (a, b) => (a - b) ** 2),
  squeeze: of(
    [2, 1, 3],
    (x) => tf.squeeze(x, [1]),
    ({ shape, values }) => ({ shape: [shape[0]!, shape[2]!], values }),
  ),
  stack: {
    inputs: [floats([2, 3]), floats([2, 3])],
    run: (a, b) => tf.stack([a, b], 1),
    reference: (a, b) => build([a.shape[0]!, 2, 3], ([i, k, j]) => at(k === 0 ? a : b, [i!, j!])),
    empty: [
      [
        [0, 3],
        [0, 3],
      ],
    ],
  },
  step: one(
    (x) => tf.step(x, 0.25),
    (x) => step(x, 0.25),
  ),
  stridedSlice: of(
    [4, 5],
    (x) => tf.stridedSlice(x, [0, 1], [x.shape[0], 5], [1, 2]),
    (x) => build([x.shape[0]!, 2], ([i, j]) => at(x, [i!, 1 + 2 * j!])),
    { order: 0 },
  ),
  sub: two(tf.sub, (a, b) => a - b),
  sum: [
    reduced((x) => tf.sum(x, 1), sum),
    of(
      [2, 3],
      (x) => tf.sum(x, 0, true),
      (x) => build([1, 3], ([, j]) => sum(Array.from({ length: x.shape[0]! }, (_, i) => at(x, [i, j!])))),
    ),
    reduced((x) => tf.sum(x, 1), sum, {
      inputs: [{ shape: [2, 3], values: [1, 0, 1, 0, 0, 0], dtype: 'bool' }],
      dtype: 'int32',
      order: 0,
    }),
  ],
  tanh: one(tf.tanh, Math.tanh),
  tensor: made(
    () => tf.tensor([1, 2, 3, 4], [2, 2]),
    build([2, 2], ([i, j]) => 1 + 2 * i! + j!),
    () => tf.tensor([], [0, 3]),
  ),
  tensor1d: made(
    () => tf.tensor1d([1, 2]),
    build([2], ([i]) => 1 + i!),
  ),
  tensor2d: made(
    () =>
      tf.tensor2d([
        [1, 2],
        [3, 4],
      ]),
    build([2, 2], ([i, j]) => 1 + 2 * i! + j!),
    () => tf.tensor2d([], [0, 3]),
  ),
  tile: of(
    [2, 3],
    (x) => tf.tile(x, [2, 3]),
    (x) => build([2 * x.shape[0]!, 9], ([i, j]) => at(x, [i! % x.shape[0]!, j! % 3])),
  ),
  topk: of(
    [2, 3],
    (x) => {
      const { values, indices } = tf.topk(x, 2);
      return [values, tf.cast(indices, 'float32')];
    },
    (x) => {
      const orders = Array.from({ length: x.shape[0]! }, (_, i) =>
        [0, 1, 2].sort((a, b) => at(x, [i, b]) - at(x, [i, a])),
      );
      const shape = [x.shape[0]!, 2];
      return [build(shape, ([i, j]) => at(x, [i!, orders[i!]![j!]!])), build(shape, ([i, j]) => orders[i!]![j!]!)];
    },
    { order: 0, special: [{ shape: [2, 3], values: [1, Infinity, -Infinity, -Infinity, 2, 3] }] },
  ),
  transpose: [
    of(
      [2, 3],
      (x) => tf.transpose(x),
      (x) => turned(x),
    ),
    of(
      [2, 3, 2],
      (x) => tf.transpose(x, [0, 2, 1]),
      (x) => turned(x),
    ),
  ],
  unsortedSegmentSum: {
    inputs: [floats([4, 2]), indices(1, 0, 1, 2)],
    run: (x, places) => tf.unsortedSegmentSum(x, places as tf.Tensor1D, 3),
    reference: (x, places) =>
      build([3, 2], ([i, j]) => sum(places.values.map((place, k) => (place === i ? at(x, [k, j!]) : 0)))),
    empty: [[[0, 2], [0]]],
  },
  where: {
    inputs: [{ shape: [2, 3], values: [1, 0, 1, 0, 0, 1], dtype: 'bool' }, floats([2, 3]), floats([1, 3])],
    run: (condition, a, b) => tf.where(condition, a, b),
    reference: each((condition, a, b) => (condition ? a : b)),
    empty: [
      [
        [0, 3],
        [0, 3],
        [1, 3],
      ],
    ],
  },
  zeros: made(
    () => tf.zeros([2, 3]),
    build([2, 3], () => 0),
    () => tf.zeros([0, 3]),
  ),
  zerosLike: one(tf.zerosLike, () => 0),
  Conv2DBackpropFilter: {
    inputs: [floats(IMAGES), floats([2, 2, 3, 3])],
    run: kernel('Conv2DBackpropFilter', ['x', 'dy'], { ...window, filterShape: FILTER }),
    reference: (x, dy) => filterGradient(x, dy),
    order: 0,
    empty: [
      [
        [0, 3, 4, 2],
        [0, 2, 3, 3],
      ],
    ],
  },
  Conv2DBackpropInput: {
    inputs: [floats([2, 2, 3, 3]), floats(FILTER)],
    run: (dy, filter) =>
      kernel('Conv2DBackpropInput', ['dy', 'filter'], { ...window, inputShape: [dy.shape[0], 3, 4, 2] })(dy, filter),
    reference: (dy, filter) => inputGradient(dy, filter),
    order: 0,
  },
  Fill: made(
    () => tf.engine().runKernel('Fill', {}, { shape: [2, 3], value: 1.5, dtype: 'float32' }),
    build([2, 3], () => 1.5),
    () => tf.engine().runKernel('Fill', {}, { shape: [0, 3], value: 1.5, dtype: 'float32' }),
  ),
  FusedConv2D: {
    inputs: [floats(IMAGES), floats(FILTER), floats([3])],
    run: kernel('FusedConv2D', ['x', 'filter', 'bias'], { ...window, dilations: [1, 1], ...leaky }),
    reference: (x, filter, bias) => each((a, b) => leakyRelu(a + b))(convolution(x, filter), bias),
    order: 0,
  },
  _FusedMatMul: {
    inputs: [floats([1, 2, 3]), floats([1, 3, 4]), floats([4])],
    run: kernel('_FusedMatMul', ['a', 'b', 'bias'], { transposeA: false, transposeB: false, ...leaky }),
    reference: (a, b, bias) => each((x, y) => leakyRelu(x + y))(product(a, b), bias),
    order: 0,
    empty: [
      [[1, 0, 3], [1, 3, 4], [4]],
      [[1, 2, 0], [1, 0, 4], [4]],
    ],
  },
};
