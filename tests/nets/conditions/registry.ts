import * as tf from '@tensorflow/tfjs-core';
import {
  concatLatents,
  conv2d,
  crossAttention,
  dense,
  embedding,
  groupNorm,
  mlp,
  tanh,
  textEncoder,
  timeEmbedding,
  withCondition,
  withNamedCondition,
  withPicture,
  withProjection,
  withScaleAndShift,
  withStepSizes,
  withTimesteps,
  withTokens,
} from '../../../src/nets/index.js';
import { createRandom } from '../../../src/random/index.js';
import { labels, steps, texts, two, vectors, type NetworkCase } from '../network-case.js';

export const conditions: readonly NetworkCase[] = [
  {
    name: 'concatLatents',
    make: (random) =>
      concatLatents(
        dense({ inputs: 3, units: 2, activation: tanh, random: random.fork('data') }),
        dense({ inputs: 4, units: 3, activation: tanh, random: random.fork('above') }),
      ),
    input: [2, 3],
    output: [4, 5],
    parameters: 3 * 2 + 2 + 4 * 3 + 3,
    options: () => ({ latents: createRandom(14).normal([4, 4]) }),
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
    name: 'withPicture',
    make: (random) =>
      withPicture(conv2d({ inputs: 1 + 2, filters: 3, kernelSize: 3, activation: tanh, random }), { channels: 2 }),
    input: [2, 3, 4, 1],
    output: [2, 3, 4, 1],
    parameters: 9 * 3 * 3 + 3,
    options: () => ({ condition: createRandom(12).normal([2, 3, 4, 2]) }),
  },
  {
    name: 'withPicture of a name',
    make: (random) =>
      withPicture(
        withCondition(
          dense({ inputs: 3 + 2, units: 2, activation: tanh, random: random.fork('body') }),
          embedding({ classes: 3, size: 2, random: random.fork('labels') }),
        ),
        { channels: 2, name: 'more' },
      ),
    input: [4, 1],
    output: [4, 2],
    parameters: 5 * 2 + 2 + 3 * 2,
    options: () => ({ condition: labels(), conditions: { more: createRandom(12).normal([4, 2]) } }),
  },
  {
    name: 'withNamedCondition',
    make: (random) =>
      withNamedCondition(
        withCondition(
          dense({ inputs: 3 + 2, units: 2, activation: tanh, random: random.fork('body') }),
          embedding({ classes: 3, size: 2, random: random.fork('labels') }),
        ),
        { name: 'kind' },
      ),
    input: [4, 3],
    output: [4, 2],
    parameters: 5 * 2 + 2 + 3 * 2,
    options: () => ({ conditions: { kind: labels() } }),
  },
  {
    name: 'withStepSizes',
    make: (random) =>
      withStepSizes(
        dense({ inputs: 2, units: 3, activation: tanh, random: random.fork('time') }),
        embedding({ classes: 4, size: 3, random: random.fork('sizes') }),
      ),
    input: [2, 2],
    output: [2, 3],
    parameters: 2 * 3 + 3 + 4 * 3,
    options: () => ({ stepSize: tf.tensor1d([3, 0], 'int32') }),
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
    name: 'withTokens',
    make: (random) =>
      withTokens(
        crossAttention({ inputs: 4, context: 4, random: random.fork('body') }),
        textEncoder({ tokens: 4, length: 3, width: 4, heads: 2, random }),
      ),
    input: [2, 2, 4],
    output: [2, 2, 4],
    parameters:
      4 * 4 +
      4 +
      4 * 8 +
      8 +
      4 * 4 +
      4 +
      (4 + 3) * 4 +
      3 * 8 +
      (4 * 4 + 4 + 4 * 8 + 8 + 4 * 4 + 4) +
      2 * 4 * 16 +
      16 +
      4,
    options: () => ({ conditions: { tokens: texts() } }),
  },
];
