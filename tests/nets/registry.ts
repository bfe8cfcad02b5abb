import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import {
  conv2d,
  conv2dTranspose,
  convDecoder,
  convEncoder,
  dense,
  dropout,
  embedding,
  flatten,
  mlp,
  reshape,
  sequential,
  tanh,
  upsample,
  type Network,
} from '../../src/nets/index.js';
import { createRandom, type RandomStream } from '../../src/random/index.js';

/** A network as the laws in networks.test.ts need it. Add a line here for each new one. */
export interface NetworkCase {
  readonly name: string;
  readonly make: (random: RandomStream) => Network;
  readonly input: readonly number[] | (() => Tensor);
  readonly output: readonly number[];
  /** How many numbers an optimizer may move. */
  readonly parameters: number;
}

const labels = (): Tensor => tf.tensor1d([2, -1, 0, 2], 'int32');

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
];

/** An input for a case: normal numbers, the same at every call. */
export function inputOf({ input }: NetworkCase): Tensor {
  return typeof input === 'function' ? input() : createRandom(11).normal(input);
}
