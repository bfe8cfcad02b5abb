import { readFileSync } from 'node:fs';
import type { Tensor } from '@tensorflow/tfjs-core';
import {
  attention,
  batchNorm,
  conv1d,
  conv1dTranspose,
  conv2d,
  conv2dTranspose,
  convDecoder,
  convEncoder,
  createRandom,
  crossAttention,
  dcganDiscriminator,
  dcganGenerator,
  dense,
  denoisingMlp,
  dit,
  flatten,
  groupNorm,
  layerNorm,
  mlp,
  relu,
  reshape,
  sequential,
  spectralNorm,
  tanh,
  textEncoder,
  unet,
  unet1d,
  upsample1d,
  withTokens,
  type Network,
} from '../../src/index.js';
import { transformer } from '../../src/tokens/index.js';
import type { StateDictExample, StateDictOptions, StateDictParts } from '../../src/pytorch/index.js';
import * as tf from '@tensorflow/tfjs-core';

/** A model here that python/make_state_dicts.py has in PyTorch. */
export interface Case {
  readonly part: StateDictParts;
  readonly run: StateDictExample['run'];
  readonly options?: StateDictOptions;
}

/** The bytes of a file that python/make_state_dicts.py has written. */
export const fileOf = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`python/${name}.safetensors`, import.meta.url)));

/** A network of one input. */
const plain = (part: Network, options?: StateDictOptions): Case => ({
  part,
  run: ({ input }) => part.apply(input!),
  ...(options && { options }),
});
/** A network that takes a condition or timesteps. */
const conditional = (part: Network): Case => ({
  part,
  run: ({ x, condition, timesteps, labels }) => part.apply(x!, { condition: condition ?? labels, timesteps }),
});

const random = createRandom(1);
const fork = (name: string | number) => ({ random: random.fork(String(name)) });

/** All cases, by the names of their files, with new weights each time. */
export const cases: Readonly<Record<string, () => Case>> = {
  square: () => plain(mlp({ sizes: [5, 5, 5, 5], random })),
  'conv-vae': () => {
    const shape = [10, 7, 2] as const;
    const encoder = convEncoder({ shape, widths: [3, 4], outputs: 6, random });
    const decoder = convDecoder({ inputs: 3, shape, widths: [4, 3], random });
    const run = ({ x }: Readonly<Record<string, Tensor>>): Tensor =>
      decoder.apply(tf.slice(encoder.apply(x!), [0, 0], [-1, 3]));
    return { part: { encoder, decoder }, run };
  },
  generator: () => plain(dcganGenerator({ latentSize: 3, shape: [16, 24, 2], width: 3, random })),
  'conditional-generator': () =>
    conditional(dcganGenerator({ latentSize: 3, shape: [8, 8, 2], width: 3, classes: 3, random })),
  discriminator: () =>
    conditional(dcganDiscriminator({ shape: [16, 24, 2], width: 3, classes: 3, norm: batchNorm, random })),
  unet: () =>
    conditional(unet({ channels: 2, widths: [4, 6], blocks: 2, attention: [0, 1], classes: 3, groups: 2, random })),
  unet1d: () => conditional(unet1d({ channels: 2, widths: [4, 6], attention: [1], classes: 3, groups: 2, random })),
  dit: () =>
    conditional(dit({ size: [4, 6], channels: 2, width: 8, depth: 2, heads: 2, classes: 3, timeSize: 4, random })),
  'denoising-mlp': () => conditional(denoisingMlp({ size: 3, width: 8, random })),
  convolutions: () =>
    plain(
      sequential([
        conv2d({ inputs: 2, filters: 3, kernelSize: 4, strides: 2, activation: tanh, ...fork(0) }),
        conv2d({ inputs: 3, filters: 4, kernelSize: 3, strides: 2, ...fork(1) }),
        conv2d({ inputs: 4, filters: 3, kernelSize: 2, ...fork(2) }),
        conv2d({ inputs: 3, filters: 3, kernelSize: 3, padding: 'valid', ...fork(3) }),
        conv2d({ inputs: 3, filters: 2, kernelSize: 3, ...fork(4) }),
      ]),
    ),
  transposed: () =>
    plain(
      sequential([
        conv2dTranspose({ inputs: 2, filters: 3, kernelSize: 3, ...fork(0) }),
        conv2dTranspose({ inputs: 3, filters: 4, kernelSize: 4, strides: 2, outputSize: [3, 5], ...fork(1) }),
        conv2dTranspose({ inputs: 4, filters: 3, kernelSize: 5, strides: 3, ...fork(2) }),
        conv2dTranspose({ inputs: 3, filters: 3, kernelSize: 3, strides: 2, padding: 'valid', ...fork(3) }),
        conv2dTranspose({ inputs: 3, filters: 2, kernelSize: 4, strides: 2, ...fork(4) }),
      ]),
    ),
  rectangles: () =>
    plain(
      sequential([
        conv2d({ inputs: 2, filters: 3, kernelSize: [3, 5], ...fork(0) }),
        conv2d({ inputs: 3, filters: 4, kernelSize: [1, 3], strides: [1, 2], padding: 'valid', ...fork(1) }),
        conv2dTranspose({ inputs: 4, filters: 3, kernelSize: [2, 3], strides: [2, 1], padding: 'valid', ...fork(2) }),
        flatten(),
        dense({ inputs: 144, units: 2, ...fork(3) }),
      ]),
      { input: [4, 9, 2] },
    ),
  series: () =>
    plain(
      sequential([
        conv1d({ inputs: 3, filters: 4, kernelSize: 4, strides: 2, activation: tanh, ...fork(0) }),
        spectralNorm(conv1d({ inputs: 4, filters: 4, kernelSize: 3, padding: 'valid', ...fork(1) })),
        upsample1d(),
        groupNorm({ inputs: 4, groups: 2 }),
        flatten(),
        dense({ inputs: 24, units: 12, ...fork(2) }),
        reshape({ shape: [4, 3] }),
        conv1dTranspose({ inputs: 3, filters: 2, kernelSize: 5, strides: 3, ...fork(3) }),
        spectralNorm(
          conv1dTranspose({ inputs: 2, filters: 3, kernelSize: 3, strides: 2, padding: 'valid', ...fork(4) }),
        ),
      ]),
      { input: [9, 3] },
    ),
  tokens: () => plain(sequential([attention({ inputs: 6, heads: 2, random }), layerNorm({ inputs: 6 })])),
  words: () => {
    const body = crossAttention({ inputs: 6, context: 8, heads: 2, random });
    const part = withTokens(body, textEncoder({ tokens: 5, length: 4, width: 8, heads: 2, layers: 2, random }));
    return { part, run: ({ x, tokens }) => part.apply(x!, { conditions: { tokens: tokens! } }) };
  },
  transformer: () =>
    conditional(
      transformer({ tokens: 5, length: 6, causal: false, width: 8, heads: 2, layers: 2, classes: 3, random }),
    ),
  'causal-transformer': () => conditional(transformer({ tokens: 5, length: 6, width: 8, heads: 2, layers: 1, random })),
  features: () =>
    plain(
      sequential([
        conv2d({ inputs: 2, filters: 3, kernelSize: 3, activation: relu, ...fork(0) }),
        flatten(),
        batchNorm({ inputs: 36 }),
        dense({ inputs: 36, units: 24, ...fork(1) }),
        layerNorm({ inputs: 24, activation: relu }),
        reshape({ shape: [4, 3, 2] }),
        groupNorm({ inputs: 2, groups: 2 }),
        conv2d({ inputs: 2, filters: 2, kernelSize: 3, ...fork(2) }),
      ]),
      { input: [4, 3, 2] },
    ),
  spectral: () =>
    plain(
      sequential([
        spectralNorm(conv2d({ inputs: 2, filters: 4, kernelSize: 3, ...fork(0) })),
        spectralNorm(conv2dTranspose({ inputs: 4, filters: 3, kernelSize: 4, strides: 2, ...fork(1) })),
        flatten(),
        spectralNorm(dense({ inputs: 144, units: 5, ...fork(2) })),
      ]),
      { input: [4, 3, 2] },
    ),
  'channels-last': () =>
    plain(
      sequential([
        conv2d({ inputs: 2, filters: 3, kernelSize: 3, ...fork(0) }),
        flatten(),
        dense({ inputs: 36, units: 4, ...fork(1) }),
      ]),
      { images: 'NHWC' },
    ),
};
