import {
  attention,
  batchNorm,
  conv1d,
  conv1dTranspose,
  conv2d,
  conv2dTranspose,
  crossAttention,
  dense,
  dropout,
  embedding,
  flatten,
  gaussianNoise,
  glu,
  groupNorm,
  layerNorm,
  minibatchStddev,
  reshape,
  spectralNorm,
  swish,
  tanh,
  timeEmbedding,
  upsample,
  upsample1d,
  type Network,
} from '../../../src/nets/index.js';
import { createRandom, type RandomStream } from '../../../src/random/index.js';
import { inTraining, labels, steps, texts, type NetworkCase } from '../network-case.js';

export const layers: readonly NetworkCase[] = [
  {
    name: 'dense',
    make: (random) => dense({ inputs: 5, units: 3, activation: tanh, random }),
    input: [4, 5],
    output: [4, 3],
    parameters: 5 * 3 + 3,
  },
  {
    name: 'conv2d',
    make: (random) => conv2d({ inputs: 2, filters: 3, kernelSize: 3, strides: 2, activation: tanh, random }),
    input: [2, 5, 6, 2],
    output: [2, 3, 3, 3],
    parameters: 3 * 3 * 2 * 3 + 3,
  },
  {
    name: 'conv2d, valid',
    make: (random) => conv2d({ inputs: 1, filters: 2, kernelSize: 3, padding: 'valid', random }),
    input: [2, 5, 4, 1],
    output: [2, 3, 2, 2],
    parameters: 3 * 3 * 2 + 2,
  },
  {
    name: 'conv2d of a rectangle',
    make: (random) => conv2d({ inputs: 2, filters: 3, kernelSize: [1, 4], strides: [1, 3], activation: tanh, random }),
    input: [2, 2, 7, 2],
    output: [2, 2, 3, 3],
    parameters: 1 * 4 * 2 * 3 + 3,
  },
  {
    name: 'conv2dTranspose',
    make: (random) => conv2dTranspose({ inputs: 3, filters: 2, kernelSize: 4, strides: 2, activation: tanh, random }),
    input: [2, 3, 2, 3],
    output: [2, 6, 4, 2],
    parameters: 4 * 4 * 2 * 3 + 2,
  },
  {
    name: 'conv2dTranspose of a rectangle',
    make: (random) => conv2dTranspose({ inputs: 3, filters: 2, kernelSize: [3, 2], strides: [2, 1], random }),
    input: [2, 2, 3, 3],
    output: [2, 4, 3, 2],
    parameters: 3 * 2 * 2 * 3 + 2,
  },
  {
    name: 'conv2dTranspose to an odd size',
    make: (random) => conv2dTranspose({ inputs: 1, filters: 2, kernelSize: 3, strides: 2, outputSize: [5, 3], random }),
    input: [2, 3, 2, 1],
    output: [2, 5, 3, 2],
    parameters: 3 * 3 * 2 + 2,
  },
  {
    name: 'conv2dTranspose, valid',
    make: (random) => conv2dTranspose({ inputs: 1, filters: 2, kernelSize: 3, strides: 2, padding: 'valid', random }),
    input: [2, 3, 2, 1],
    output: [2, 7, 5, 2],
    parameters: 3 * 3 * 2 + 2,
  },
  {
    name: 'conv1d',
    make: (random) => conv1d({ inputs: 2, filters: 3, kernelSize: 3, strides: 2, activation: tanh, random }),
    input: [2, 7, 2],
    output: [2, 4, 3],
    parameters: 3 * 2 * 3 + 3,
  },
  {
    name: 'conv1d, valid',
    make: (random) => conv1d({ inputs: 2, filters: 3, kernelSize: 4, strides: 3, padding: 'valid', random }),
    input: [2, 8, 2],
    output: [2, 2, 3],
    parameters: 4 * 2 * 3 + 3,
  },
  {
    name: 'conv1dTranspose',
    make: (random) => conv1dTranspose({ inputs: 3, filters: 2, kernelSize: 4, strides: 3, activation: tanh, random }),
    input: [2, 3, 3],
    output: [2, 9, 2],
    parameters: 4 * 2 * 3 + 2,
  },
  {
    name: 'conv1dTranspose to an odd size',
    make: (random) => conv1dTranspose({ inputs: 1, filters: 2, kernelSize: 3, strides: 2, outputSize: 5, random }),
    input: [2, 3, 1],
    output: [2, 5, 2],
    parameters: 3 * 2 + 2,
  },
  {
    name: 'conv1dTranspose, valid',
    make: (random) => conv1dTranspose({ inputs: 1, filters: 2, kernelSize: 3, strides: 2, padding: 'valid', random }),
    input: [2, 3, 1],
    output: [2, 7, 2],
    parameters: 3 * 2 + 2,
  },
  { name: 'upsample1d', make: () => upsample1d({ factor: 3 }), input: [2, 4, 2], output: [2, 12, 2], parameters: 0 },
  { name: 'glu', make: () => glu(), input: [3, 6], output: [3, 3], parameters: 0 },
  { name: 'glu of images', make: () => glu(), input: [2, 3, 2, 4], output: [2, 3, 2, 2], parameters: 0 },
  { name: 'flatten', make: () => flatten(), input: [2, 3, 2, 2], output: [2, 12], parameters: 0 },
  { name: 'reshape', make: () => reshape({ shape: [3, 2, 2] }), input: [2, 12], output: [2, 3, 2, 2], parameters: 0 },
  { name: 'upsample', make: () => upsample({ factor: 3 }), input: [2, 2, 3, 2], output: [2, 6, 9, 2], parameters: 0 },
  { name: 'dropout', make: () => dropout({ rate: 0.3 }), input: [4, 5], output: [4, 5], parameters: 0 },
  {
    name: 'embedding',
    make: (random) => embedding({ classes: 3, size: 2, random }),
    input: labels,
    output: [4, 2],
    parameters: 3 * 2,
  },
  {
    name: 'embedding of vectors',
    make: (random) => embedding({ classes: 3, size: 2, random }),
    input: [4, 3],
    output: [4, 2],
    parameters: 3 * 2,
  },
  {
    name: 'groupNorm',
    make: () => groupNorm({ inputs: 6, groups: 2, activation: swish }),
    input: [2, 3, 2, 6],
    output: [2, 3, 2, 6],
    parameters: 6 + 6,
  },
  {
    name: 'groupNorm of vectors',
    make: () => groupNorm({ inputs: 8, groups: 2 }),
    input: [3, 8],
    output: [3, 8],
    parameters: 8 + 8,
  },
  {
    name: 'layerNorm',
    make: () => layerNorm({ inputs: 5, activation: tanh }),
    input: [2, 3, 5],
    output: [2, 3, 5],
    parameters: 5 + 5,
  },
  {
    name: 'batchNorm',
    make: () => batchNorm({ inputs: 3, activation: tanh }),
    input: [4, 3],
    output: [4, 3],
    parameters: 3 + 3,
    buffers: 2,
  },
  {
    name: 'batchNorm in training',
    make: () => batchNorm({ inputs: 3, activation: tanh }),
    input: [3, 2, 2, 3],
    output: [3, 2, 2, 3],
    parameters: 3 + 3,
    buffers: 2,
    options: inTraining,
  },
  {
    name: 'spectralNorm of dense',
    make: (random) => spectralNorm(dense({ inputs: 5, units: 3, activation: tanh, random })),
    input: [4, 5],
    output: [4, 3],
    parameters: 5 * 3 + 3,
    buffers: 1,
  },
  {
    name: 'spectralNorm of conv2d in training',
    make: (random) =>
      spectralNorm(conv2d({ inputs: 2, filters: 3, kernelSize: 3, strides: 2, activation: tanh, random })),
    input: [2, 5, 4, 2],
    output: [2, 3, 2, 3],
    parameters: 3 * 3 * 2 * 3 + 3,
    buffers: 1,
    options: inTraining,
  },
  {
    name: 'spectralNorm of conv2dTranspose',
    make: (random) => spectralNorm(conv2dTranspose({ inputs: 3, filters: 2, kernelSize: 4, strides: 2, random })),
    input: [2, 2, 2, 3],
    output: [2, 4, 4, 2],
    parameters: 4 * 4 * 2 * 3 + 2,
    buffers: 1,
  },
  {
    name: 'spectralNorm of conv1d',
    make: (random) => spectralNorm(conv1d({ inputs: 2, filters: 3, kernelSize: 3, strides: 2, random })),
    input: [2, 5, 2],
    output: [2, 3, 3],
    parameters: 3 * 2 * 3 + 3,
    buffers: 1,
  },
  {
    name: 'minibatchStddev',
    make: () => minibatchStddev({ groupSize: 2 }),
    input: [4, 3],
    output: [4, 4],
    parameters: 0,
  },
  {
    name: 'minibatchStddev of images',
    make: () => minibatchStddev(),
    input: [3, 2, 2, 2],
    output: [3, 2, 2, 3],
    parameters: 0,
  },
  {
    name: 'gaussianNoise',
    make: () => gaussianNoise({ standardDeviation: 0.3 }),
    input: [4, 5],
    output: [4, 5],
    parameters: 0,
  },
  {
    name: 'gaussianNoise in training',
    make: () => gaussianNoise({ standardDeviation: 0.3 }),
    input: [4, 5],
    output: [4, 5],
    parameters: 0,
    options: inTraining,
  },
  {
    name: 'attention',
    make: (random) => attention({ inputs: 4, heads: 2, random }),
    input: [2, 2, 3, 4],
    output: [2, 2, 3, 4],
    parameters: 4 * 12 + 12 + 4 * 4 + 4,
  },
  {
    name: 'attention to the past',
    make: (random) => attention({ inputs: 4, heads: 2, causal: true, random }),
    input: [2, 5, 4],
    output: [2, 5, 4],
    parameters: 4 * 12 + 12 + 4 * 4 + 4,
  },
  {
    name: 'crossAttention',
    make: (random) => crossAttention({ inputs: 4, context: 3, heads: 2, random }),
    input: [2, 2, 3, 4],
    output: [2, 2, 3, 4],
    parameters: 4 * 4 + 4 + 3 * 8 + 8 + 4 * 4 + 4,
    options: () => ({ conditions: { context: createRandom(15).normal([2, 3, 3]), tokens: texts() } }),
  },
  {
    name: 'timeEmbedding',
    make: () => timeEmbedding({ size: 6 }),
    input: steps,
    output: [2, 6],
    parameters: 0,
  },
];

/** Each layer that draws its initial weights, with many of them, and how many numbers each output sums. */
export const drawing: readonly { name: string; make: (random: RandomStream) => Network; fanIn: number }[] = [
  { name: 'dense', make: (random) => dense({ inputs: 120, units: 80, random }), fanIn: 120 },
  {
    name: 'conv2d',
    make: (random) => conv2d({ inputs: 12, filters: 20, kernelSize: 4, strides: 2, random }),
    fanIn: 16 * 12,
  },
  {
    name: 'conv2dTranspose',
    make: (random) => conv2dTranspose({ inputs: 12, filters: 20, kernelSize: 4, strides: 2, random }),
    fanIn: 4 * 12,
  },
  {
    name: 'conv2d of a rectangle',
    make: (random) => conv2d({ inputs: 12, filters: 20, kernelSize: [2, 5], random }),
    fanIn: 10 * 12,
  },
  {
    name: 'conv2dTranspose of a rectangle',
    make: (random) => conv2dTranspose({ inputs: 12, filters: 20, kernelSize: [4, 6], strides: [1, 3], random }),
    fanIn: 8 * 12,
  },
  {
    name: 'conv1d',
    make: (random) => conv1d({ inputs: 20, filters: 30, kernelSize: 5, strides: 2, random }),
    fanIn: 5 * 20,
  },
  {
    name: 'conv1dTranspose',
    make: (random) => conv1dTranspose({ inputs: 20, filters: 30, kernelSize: 6, strides: 3, random }),
    fanIn: 2 * 20,
  },
  { name: 'embedding', make: (random) => embedding({ classes: 1000, size: 5, random }), fanIn: 1 },
];

const random = createRandom(1);

/** Each layer with statistics, and the shape of an input. */
export const withStatistics: readonly [name: string, make: () => Network, shape: number[]][] = [
  ['batchNorm', () => batchNorm({ inputs: 4 }), [3, 4]],
  ['batchNorm of images', () => batchNorm({ inputs: 2 }), [2, 3, 2, 2]],
  [
    'spectralNorm of dense',
    () => {
      const layer = dense({ inputs: 4, units: 5, random });
      const normed = spectralNorm(layer);
      // a direction different from the result of the first steps
      layer.variables[0]!.assign(random.normal([4, 5]));
      return normed;
    },
    [3, 4],
  ],
  [
    'spectralNorm of conv2d',
    () => {
      const layer = conv2d({ inputs: 2, filters: 3, kernelSize: 3, random });
      const normed = spectralNorm(layer);
      layer.variables[0]!.assign(random.normal([3, 3, 2, 3]));
      return normed;
    },
    [2, 3, 2, 2],
  ],
];
