import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import {
  attention,
  batchNorm,
  conv2d,
  conv2dTranspose,
  convDecoder,
  convEncoder,
  dcganDiscriminator,
  dcganGenerator,
  denoisingMlp,
  dense,
  dropout,
  embedding,
  flatten,
  gaussianNoise,
  groupNorm,
  layerNorm,
  minibatchStddev,
  mlp,
  reshape,
  residual,
  residualBlock,
  sequential,
  spectralNorm,
  swish,
  tanh,
  timeEmbedding,
  unet,
  upsample,
  withCondition,
  withProjection,
  withScaleAndShift,
  withTimesteps,
  type ApplyOptions,
  type Network,
} from '../../src/nets/index.js';
import { createRandom, type RandomStream } from '../../src/random/index.js';

/** A network as the laws in networks.test.ts need it. Add a line here for each new one. */
export interface NetworkCase {
  readonly name: string;
  readonly make: (random: RandomStream) => Network;
  readonly input: readonly number[] | (() => Tensor);
  readonly output: readonly number[];
  /** The count of numbers that an optimizer may move. */
  readonly parameters: number;
  /** The number of its buffers; none by default. */
  readonly buffers?: number;
  /** Made again for each pass, so that its random numbers are the same in each. */
  readonly options?: () => ApplyOptions;
  /** It has units whose derivative jumps, where finite differences fail: whole-networks.test.ts checks its gradients. */
  readonly kinks?: boolean;
}

const labels = (): Tensor => tf.tensor1d([2, -1, 0, 2], 'int32');
const two = (): Tensor => tf.tensor1d([1, -1], 'int32');
const steps = (): Tensor => tf.tensor1d([3, 700], 'int32');
const vectors = (size: number) => (): ApplyOptions => ({ condition: createRandom(12).normal([2, size]) });
const inTraining = (): ApplyOptions => ({ training: true, random: createRandom(13) });

export const networks: readonly NetworkCase[] = [
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
    name: 'conv2dTranspose',
    make: (random) => conv2dTranspose({ inputs: 3, filters: 2, kernelSize: 4, strides: 2, activation: tanh, random }),
    input: [2, 3, 2, 3],
    output: [2, 6, 4, 2],
    parameters: 4 * 4 * 2 * 3 + 2,
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
    name: 'sequential',
    make: (random) =>
      sequential([
        dense({ inputs: 3, units: 4, activation: tanh, random: random.fork('a') }),
        dropout({ rate: 0.5 }),
        dense({ inputs: 4, units: 2, random: random.fork('b') }),
      ]),
    input: [4, 3],
    output: [4, 2],
    parameters: 3 * 4 + 4 + 4 * 2 + 2,
  },
  {
    name: 'mlp',
    make: (random) => mlp({ sizes: [3, 5, 4, 2], activation: tanh, random }),
    input: [4, 3],
    output: [4, 2],
    parameters: 3 * 5 + 5 + 5 * 4 + 4 + 4 * 2 + 2,
  },
  {
    name: 'convEncoder',
    make: (random) => convEncoder({ shape: [7, 5, 1], widths: [2, 3], outputs: 4, activation: tanh, random }),
    input: [2, 7, 5, 1],
    output: [2, 4],
    parameters: 16 * 2 + 2 + 16 * 2 * 3 + 3 + 2 * 2 * 3 * 4 + 4,
  },
  {
    name: 'convDecoder',
    make: (random) => convDecoder({ inputs: 4, shape: [7, 5, 2], widths: [3, 2], activation: tanh, random }),
    input: [2, 4],
    output: [2, 7, 5, 2],
    parameters: 4 * 12 + 12 + 16 * 3 * 2 + 2 + 16 * 2 * 2 + 2,
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
    name: 'residual',
    make: (random) =>
      residual(dense({ inputs: 3, units: 2, activation: tanh, random }), dense({ inputs: 3, units: 2, random })),
    input: [4, 3],
    output: [4, 2],
    parameters: 2 * (3 * 2 + 2),
  },
  {
    name: 'residualBlock',
    make: (random) => residualBlock({ inputs: 2, filters: 4, groups: 2, conditionSize: 3, random }),
    input: [2, 3, 2, 2],
    output: [2, 3, 2, 4],
    parameters: 2 * 2 + 9 * 2 * 4 + 4 + 2 * 4 + 3 * 8 + 8 + 9 * 4 * 4 + 4 + 2 * 4 + 4,
    options: vectors(3),
  },
  {
    name: 'residualBlock of as many channels, in training',
    make: (random) => residualBlock({ inputs: 2, filters: 2, groups: 1, activation: tanh, dropoutRate: 0.5, random }),
    input: [2, 3, 2, 2],
    output: [2, 3, 2, 2],
    parameters: 2 * (2 * 2 + 9 * 2 * 2 + 2),
    options: inTraining,
  },
  {
    name: 'timeEmbedding',
    make: () => timeEmbedding({ size: 6 }),
    input: steps,
    output: [2, 6],
    parameters: 0,
  },
  {
    name: 'withCondition',
    make: (random) =>
      withCondition(
        dense({ inputs: 3 + 2, units: 2, activation: tanh, random: random.fork('body') }),
        embedding({ classes: 3, size: 2, random: random.fork('labels') }),
      ),
    input: [4, 3],
    output: [4, 2],
    parameters: 5 * 2 + 2 + 3 * 2,
    options: () => ({ condition: labels() }),
  },
  {
    name: 'withCondition of images',
    make: (random) =>
      withCondition(
        conv2d({ inputs: 1 + 2, filters: 2, kernelSize: 3, activation: tanh, random: random.fork('body') }),
        dense({ inputs: 3, units: 2, activation: tanh, random: random.fork('labels') }),
      ),
    input: [2, 3, 4, 1],
    output: [2, 3, 4, 2],
    parameters: 9 * 3 * 2 + 2 + 3 * 2 + 2,
    options: vectors(3),
  },
  {
    name: 'withScaleAndShift',
    make: (random) =>
      withScaleAndShift(groupNorm({ inputs: 4, groups: 2 }), dense({ inputs: 3, units: 8, activation: tanh, random })),
    input: [2, 3, 2, 4],
    output: [2, 3, 2, 4],
    parameters: 4 + 4 + 3 * 8 + 8,
    options: vectors(3),
  },
  {
    name: 'withProjection',
    make: (random) =>
      withProjection(
        mlp({ sizes: [3, 4, 1], activation: tanh, random: random.fork('head') }),
        embedding({ classes: 3, size: 3, random: random.fork('labels') }),
      ),
    input: [4, 3],
    output: [4, 1],
    parameters: 3 * 4 + 4 + 4 + 1 + 3 * 3,
    options: () => ({ condition: labels() }),
  },
  {
    name: 'withTimesteps',
    make: (random) =>
      withTimesteps(
        withScaleAndShift(
          dense({ inputs: 3, units: 2, activation: tanh, random: random.fork('body') }),
          dense({ inputs: 6, units: 4, activation: tanh, random: random.fork('scale') }),
        ),
        {
          time: timeEmbedding({ size: 6 }),
          labels: embedding({ classes: 2, size: 6, random: random.fork('labels') }),
        },
      ),
    input: [2, 3],
    output: [2, 2],
    parameters: 3 * 2 + 2 + 6 * 4 + 4 + 2 * 6,
    options: () => ({ timesteps: steps(), condition: two() }),
  },
  {
    name: 'dcganGenerator',
    make: (random) => dcganGenerator({ latentSize: 3, shape: [8, 8, 1], width: 2, classes: 2, random }),
    input: [2, 3],
    output: [2, 8, 8, 1],
    parameters: 19 * 32 + 32 + 2 + 2 + 16 * 2 + 1 + 2 * 16,
    buffers: 2,
    options: () => ({ condition: two() }),
    kinks: true,
  },
  {
    name: 'dcganGenerator of larger images, in training',
    make: (random) => dcganGenerator({ latentSize: 3, shape: [28, 28, 3], width: 2, random }),
    input: [2, 3],
    output: [2, 28, 28, 3],
    parameters: 3 * 49 * 4 + 49 * 4 + 4 + 4 + 16 * 4 * 2 + 2 + 2 + 2 + 16 * 2 * 3 + 3,
    buffers: 4,
    options: inTraining,
    kinks: true,
  },
  {
    name: 'dcganDiscriminator',
    make: (random) => dcganDiscriminator({ shape: [16, 16, 1], width: 2, classes: 2, norm: layerNorm, random }),
    input: [2, 16, 16, 1],
    output: [2, 1],
    parameters: 16 * 2 + 2 + 16 * 2 * 4 + 4 + 4 + 4 + 16 * 4 + 1 + 2 * 64,
    options: () => ({ condition: two() }),
    kinks: true,
  },
  {
    name: 'unet',
    make: (random) => unet({ channels: 1, widths: [2, 4], groups: 2, timeSize: 3, classes: 2, attention: [1], random }),
    input: [2, 4, 4, 1],
    output: [2, 4, 4, 1],
    // first, last norm and convolution; time; labels; blocks of level 0; smaller and larger; blocks of level 1 with attention
    parameters:
      [9 * 2 + 2, 2 * 2 + 9 * 2 + 1, 2 * 3 + 3 + 3 * 3 + 3, 2 * 3].reduce((sum, part) => sum + part) +
      (2 * 2 + 38 + 2 * 2 + 16 + 38) +
      (2 * 4 + 9 * 4 * 2 + 2 + 2 * 2 + 16 + 38 + 4 * 2 + 2) +
      (9 * 2 * 4 + 4 + 9 * 4 * 2 + 2) +
      2 * (2 * 4 + 148 + 2 * 4 + 32 + 148 + 2 * 4 + 4 * 12 + 12 + 4 * 4 + 4),
    options: () => ({ timesteps: steps(), condition: two() }),
  },
  {
    name: 'denoisingMlp',
    make: (random) => denoisingMlp({ size: 2, width: 4, classes: 2, random }),
    input: [2, 2],
    output: [2, 2],
    parameters: 2 * 4 + 4 + 2 * (4 * 4 + 4) + 4 * 2 + 2 + 3 * (64 * 8 + 8) + 2 * 64,
    options: () => ({ timesteps: steps(), condition: two() }),
  },
];

/** An input for a case: normal numbers, the same at every call. */
export function inputOf({ input }: NetworkCase): Tensor {
  return typeof input === 'function' ? input() : createRandom(11).normal(input);
}
