import * as tf from '@tensorflow/tfjs';
import { createAdam, createRandom } from '../../src/index.js';
import { heapOf } from '../../src/wasm/heap/heap.js';
import { byWindows, differenceOf, free } from './windows.js';

/** One operation, and alternatives that do the same; none leaves a tensor behind. */
export interface Case {
  readonly kind: 'product' | 'convolution' | 'other';
  readonly name: string;
  /** Additions and multiplications of the direct form; 0 where they do not dominate the time. */
  readonly operations: number;
  own(): void;
  /** What to run with tfjs's kernels; by default the same as `own`. */
  stock?(): void;
  /** The same without Winograd's algorithm, where `own` uses it. */
  windows?: (() => void) | undefined;
}

const BATCH = 64;
const random = createRandom(1);

/** Rows x inner x columns; the last ones have partial blocks and panels. */
const sizes: readonly (readonly [number, number, number])[] = [
  [128, 784, 512],
  [512, 128, 784],
  [512, 784, 512],
  [12544, 576, 64],
  [3136, 1024, 128],
  [128, 512, 20],
  [33, 389, 1030],
  [127, 127, 127],
];

function product(rows: number, inner: number, columns: number, form: 'NN' | 'TN' | 'NT', batch = 1): Case {
  const shape = (one: number, other: number): number[] => [...(batch > 1 ? [batch] : []), one, other];
  const a = random.normal(form === 'TN' ? shape(inner, rows) : shape(rows, inner));
  const b = random.normal(form === 'NT' ? shape(columns, inner) : shape(inner, columns));
  return {
    kind: 'product',
    name: `${batch > 1 ? `${batch} of ` : ''}${rows}x${inner}x${columns} ${form}`,
    operations: 2 * batch * rows * inner * columns,
    own: () => tf.matMul(a, b, form === 'TN', form === 'NT').dispose(),
  };
}

/** Size, input channels, output channels, filter, stride. */
const layers: readonly (readonly [number, number, number, number, number])[] = [
  [28, 32, 32, 3, 1],
  [28, 64, 32, 3, 1],
  [14, 64, 64, 3, 1],
  [7, 128, 128, 3, 1],
  [14, 64, 128, 4, 2],
  [28, 1, 64, 4, 2],
];

function convolutions(size: number, channels: number, units: number, filter: number, stride: number): Case[] {
  const out = size / stride;
  const tensors = {
    x: random.normal([BATCH, size, size, channels]),
    filter: random.normal([filter, filter, channels, units]),
    dy: random.normal([BATCH, out, out, units]),
  };
  const attributes = {
    strides: stride,
    pad: 'same',
    dataFormat: 'NHWC',
    dimRoundingMode: undefined,
    dilations: [1, 1],
  };
  const run = (kernel: string, inputs: tf.NamedTensorMap, extra: Record<string, number[]> = {}) => {
    const attrs = { ...attributes, ...extra } as unknown as tf.NamedAttrMap;
    return () => tf.engine().runKernel<tf.Tensor>(kernel, inputs, attrs);
  };
  const { x, filter: weights, dy } = tensors;
  const own: Record<string, () => tf.Tensor> = {
    forward: run('Conv2D', { x, filter: weights }),
    'input gradient': run('Conv2DBackpropInput', { dy, filter: weights }, { inputShape: x.shape }),
    'filter gradient': run('Conv2DBackpropFilter', { x, dy }, { filterShape: weights.shape }),
  };
  const heap = heapOf(tf.backend());
  // a convolution with one channel takes neither of the compared paths
  const others = channels === 1 ? {} : byWindows(tensors, attributes as unknown as tf.NamedAttrMap);
  return Object.entries(own).map(([which, kernel]) => {
    const other = others[which];
    return {
      kind: 'convolution',
      name: `${size}x${size}x${channels} to ${units}, ${filter}x${filter}, stride ${stride}, ${which}`,
      operations: 2 * BATCH * out * out * filter * filter * channels * units,
      own: () => kernel().dispose(),
      windows: other !== undefined && isWinograd(kernel, other) ? () => free(heap, other()) : undefined,
    } satisfies Case;
  });
}

/** Whether a kernel uses another algorithm than the product of windows, so that its rounding differs. */
function isWinograd(kernel: () => tf.Tensor, other: () => tf.TensorInfo): boolean {
  const [one, two] = [kernel(), other()];
  const difference = differenceOf(one, two);
  one.dispose();
  free(heapOf(tf.backend()), two);
  if (difference > 1e-4) throw new Error(`bench/operations/windows.ts is out of date: it differs by ${difference}.`);
  return difference > 0;
}

/** An update of the 0.8 million numbers of a 784-512-20 VAE. */
function adam(): Case {
  const shapes = [[784, 512], [512], [512, 40], [40], [20, 512], [512], [512, 784], [784]];
  const variables = shapes.map((shape) => tf.variable(random.normal(shape)));
  const gradients = shapes.map((shape) => random.normal(shape));
  // tfjs uses only their numbers
  const named = Object.fromEntries(variables.map(({ name }, i) => [name, gradients[i]!]));
  const [own, stock] = [createAdam({ learningRate: 1e-3 }), tf.train.adam(1e-3)];
  return {
    kind: 'other',
    name: 'Adam, 0.8 million numbers',
    operations: 0,
    own: () => own.apply(gradients, variables),
    stock: () => stock.applyGradients(named as unknown as Record<string, tf.Variable>),
  };
}

function draws(): Case[] {
  const shape: [number, number] = [128, 784];
  return [
    {
      kind: 'other',
      name: 'normals, 128 x 784',
      operations: 0,
      own: () => random.normal(shape).dispose(),
      stock: () => tf.randomNormal(shape, 0, 1, 'float32', 1).dispose(),
    },
    {
      kind: 'other',
      name: 'uniform numbers, 128 x 784',
      operations: 0,
      own: () => random.uniform(shape).dispose(),
      stock: () => tf.randomUniform(shape, 0, 1, 'float32', 1).dispose(),
    },
  ];
}

function pooling(): Case {
  const images = random.normal([BATCH, 28, 28, 32]);
  const gradient = tf.grad((x) => tf.maxPool(x as tf.Tensor4D, 2, 2, 'same'));
  return {
    kind: 'other',
    name: 'max pooling 28x28x32, batch 64, with gradient',
    operations: 0,
    own: () => gradient(images).dispose(),
  };
}

export function cases(): Case[] {
  const forms = ['NN', 'TN', 'NT'] as const;
  return [
    ...sizes.flatMap(([rows, inner, columns]) => forms.map((form) => product(rows, inner, columns, form))),
    product(196, 32, 196, 'NT', BATCH),
    product(49, 64, 49, 'NT', BATCH),
    ...layers.flatMap((layer) => convolutions(...layer)),
    adam(),
    ...draws(),
    pooling(),
  ];
}
