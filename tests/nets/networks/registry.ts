import {
  conv2d,
  convDecoder,
  convEncoder,
  crossAttention,
  dcganDiscriminator,
  dcganGenerator,
  denoisingMlp,
  dit,
  ditBlock,
  patchwise,
  dense,
  dropout,
  layerNorm,
  mlp,
  residual,
  residualBlock,
  sequential,
  tanh,
  textEncoder,
  unet,
  unet1d,
} from '../../../src/nets/index.js';
import { createRandom } from '../../../src/random/index.js';
import { inTraining, steps, texts, two, vectors, type NetworkCase } from '../network-case.js';

export const compositions: readonly NetworkCase[] = [
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
    name: 'textEncoder',
    make: (random) => textEncoder({ tokens: 4, length: 3, width: 4, heads: 2, layers: 2, random }),
    input: texts,
    output: [2, 3, 4],
    // tokens and places; two norms, attention and two dense layers per block; the last norm
    parameters: (4 + 3) * 4 + 2 * (2 * 8 + (4 * 4 + 4 + 4 * 8 + 8 + 4 * 4 + 4) + 2 * 4 * 16 + 16 + 4) + 8,
  },
  {
    name: 'unet of a context',
    make: (random) =>
      unet({ channels: 1, widths: [2, 4], groups: 2, timeSize: 3, attention: [1], attend: crossAttention, random }),
    input: [2, 4, 4, 1],
    output: [2, 4, 4, 1],
    // the U-Net below without labels; norms and cross-attention of two blocks
    parameters: 1328 + 2 * (2 * 4 + 4 * 4 + 4 + 3 * 8 + 8 + 4 * 4 + 4),
    options: () => ({
      timesteps: steps(),
      conditions: { context: createRandom(15).normal([2, 3, 3]), tokens: texts() },
    }),
  },
  {
    name: 'ditBlock of a context',
    make: (random) => ditBlock({ inputs: 4, heads: 2, conditionSize: 3, attend: crossAttention, random }),
    input: [2, 3, 4],
    output: [2, 3, 4],
    parameters: 4 * 12 + 12 + 4 * 4 + 4 + 4 * 16 + 16 + 16 * 4 + 4 + 3 * 24 + 24 + (4 * 4 + 4 + 3 * 8 + 8 + 4 * 4 + 4),
    options: () => ({ ...vectors(3)(), conditions: { context: createRandom(15).normal([2, 3, 3]) } }),
  },
  {
    name: 'unet1d',
    make: (random) =>
      unet1d({ channels: 1, widths: [2, 4], groups: 2, timeSize: 3, classes: 2, attention: [1], random }),
    input: [2, 6, 1],
    output: [2, 6, 1],
    parameters:
      [3 * 2 + 2, 2 * 2 + 3 * 2 + 1, 2 * 3 + 3 + 3 * 3 + 3, 2 * 3].reduce((sum, part) => sum + part) +
      (2 * 2 + 14 + 2 * 2 + 16 + 14) +
      (2 * 4 + 3 * 4 * 2 + 2 + 2 * 2 + 16 + 14 + 4 * 2 + 2) +
      (3 * 2 * 4 + 4 + 3 * 4 * 2 + 2) +
      2 * (2 * 4 + 52 + 2 * 4 + 32 + 52 + 2 * 4 + 4 * 12 + 12 + 4 * 4 + 4),
    options: () => ({ timesteps: steps(), condition: two() }),
  },
  {
    name: 'ditBlock, in training',
    make: (random) => ditBlock({ inputs: 4, heads: 2, conditionSize: 3, dropoutRate: 0.5, random }),
    input: [2, 3, 4],
    output: [2, 3, 4],
    parameters: 4 * 12 + 12 + 4 * 4 + 4 + 4 * 16 + 16 + 16 * 4 + 4 + 3 * 24 + 24,
    options: () => ({ ...vectors(3)(), ...inTraining() }),
  },
  {
    name: 'dit',
    make: (random) =>
      dit({ size: [2, 4], channels: 1, width: 4, depth: 1, heads: 2, classes: 2, stepSizes: 3, timeSize: 3, random }),
    input: [2, 2, 4, 1],
    output: [2, 2, 4, 1],
    // patches of 4 numbers; the block; the last norm's scale and shift; the last layer; time; labels; step sizes
    parameters:
      4 * 4 +
      4 +
      (4 * 12 + 12 + 4 * 4 + 4 + 2 * 4 * 16 + 16 + 4 + 3 * 24 + 24) +
      (3 * 8 + 8) +
      (4 * 4 + 4) +
      (4 * 3 + 3 + 3 * 3 + 3 + 2 * 3 + 3 * 3),
    options: () => ({ timesteps: steps(), stepSize: two(), condition: two() }),
  },
  {
    name: 'patchwise',
    make: (random) => patchwise(conv2d({ inputs: 8, filters: 4, kernelSize: 3, activation: tanh, random })),
    input: [2, 4, 6, 2],
    output: [2, 4, 6, 1],
    parameters: 9 * 8 * 4 + 4,
  },
  {
    name: 'denoisingMlp',
    make: (random) => denoisingMlp({ size: 2, width: 4, classes: 2, stepSizes: 3, random }),
    input: [2, 2],
    output: [2, 2],
    parameters: 2 * 4 + 4 + 2 * (4 * 4 + 4) + 4 * 2 + 2 + 3 * (64 * 8 + 8) + (2 + 3) * 64,
    options: () => ({ timesteps: steps(), stepSize: two(), condition: two() }),
  },
];
