import * as tf from '@tensorflow/tfjs-core';
import * as g from '../../src/index.js';
import type { ModelKind } from '../../src/model/index.js';
import * as activations from '../../src/nets/activations.js';
import type { Part } from '../../src/nets/network.js';
import { noteOf } from '../../src/tensor/made-by.js';
import { createMaskedModel, createTokenModel, transformer } from '../../src/tokens/index.js';
import { likelihoods } from '../contract/likelihoods.js';
import { noiseSchedules } from '../contract/noise-schedules.js';
import { predictionTargets } from '../contract/prediction-targets.js';
import { priors } from '../contract/priors.js';
import { conditions } from '../nets/conditions/registry.js';
import { layers } from '../nets/layers/registry.js';
import { compositions } from '../nets/networks/registry.js';
import type { NetworkCase } from '../nets/network-case.js';
import { tinyTableModel } from '../tables/tiny-table.js';
import { codeParts } from '../tokens/code-parts.js';

const allActivations = Object.values(activations).filter((value) => noteOf(value)?.kind !== undefined);

/** Networks that the registries lack: layers that occur twice, networks of networks, all activations. */
const more: readonly NetworkCase[] = [
  {
    name: 'a layer that occurs twice',
    make: (random) => {
      const shared = g.dense({ inputs: 3, units: 3, activation: g.elu, random });
      return g.sequential([shared, g.residual(shared), g.gaussianNoise({ standardDeviation: 0.5 })]);
    },
    input: [4, 3],
    output: [4, 3],
    parameters: 12,
    options: () => ({ training: true, random: g.createRandom(5) }),
  },
  {
    name: 'all activations',
    make: (random) =>
      g.sequential(
        allActivations.map((activation, i) =>
          g.dense({ inputs: 3, units: 3, activation, random: random.fork(String(i)) }),
        ),
      ),
    input: [4, 3],
    output: [4, 3],
    parameters: 12 * allActivations.length,
  },
  {
    name: 'a frozen layer before one that is not',
    make: (random) =>
      g.sequential([
        g.freeze(g.dense({ inputs: 3, units: 4, random: random.fork('body') })),
        g.dense({ inputs: 4, units: 2, random }),
      ]),
    input: [4, 3],
    output: [4, 2],
    parameters: 4 * 2 + 2,
  },
  {
    name: 'transformer',
    make: (random) =>
      transformer({ tokens: 4, length: 3, width: 4, heads: 2, layers: 2, classes: 2, dropout: 0.5, random }),
    input: () => tf.tensor2d([4, 1, 2, 4, 3, 0], [2, 3], 'int32'),
    output: [2, 3, 4],
    parameters: 5 * 4 + 3 * 4 + 2 * 4 + 2 * (8 + 4 * 12 + 12 + 4 * 4 + 4 + 8 + 2 * 64 + 16 + 4) + 8 + 4 * 4 + 4,
    options: () => ({ condition: tf.tensor1d([1, -1], 'int32'), training: true, random: g.createRandom(5) }),
  },
  {
    name: 'a discriminator with a norm of its own',
    make: (random) =>
      g.dcganDiscriminator({
        shape: [16, 16, 1],
        width: 2,
        norm: ({ inputs, activation }) => g.groupNorm({ inputs, activation, groups: 2 }),
        random,
      }),
    input: [2, 16, 16, 1],
    output: [2, 1],
    parameters: 16 * 2 + 2 + 16 * 2 * 4 + 4 + 4 + 4 + 64 + 1,
  },
];

/** Every network that can be saved, as the laws of networks have them. */
export const networks: readonly NetworkCase[] = [...layers, ...conditions, ...compositions, ...more];

const random = g.createRandom(3);
const table: g.NoiseSchedule = { steps: 3, alphaBar: Float64Array.of(0.9, 1 / 3, 0.1) };

/** Parts of each kind, made of every likelihood, prior, target and schedule. */
export const parts: Readonly<Record<string, () => readonly [ModelKind, Part]>> = {
  encoder: () => ['encoder', g.createGaussianEncoder(g.mlp({ sizes: [4, 4], random }), { latentSize: 2 })],
  'hierarchical encoder': () => {
    const bottom = g.concatLatents(
      g.dense({ inputs: 4, units: 1, random: random.fork('data') }),
      g.dense({ inputs: 1, units: 1, random: random.fork('above') }),
    );
    return [
      'latentEncoder',
      g.createHierarchicalEncoder([g.mlp({ sizes: [4, 2], random }), bottom], { latentSizes: [1, 1] }),
    ];
  },
  ...codeParts,
  'hierarchical prior': () => [
    'prior',
    g.createHierarchicalPrior([g.mlp({ sizes: [1, 2], random })], { latentSizes: [1, 1], top: g.uniformPrior }),
  ],
  'hierarchical prior with a top of its own': () => {
    const top = g.createFlowPrior({ latentSize: 2, layers: 2, width: 3, random });
    return ['prior', g.createHierarchicalPrior([], { latentSizes: [2], top })];
  },
  'conditional prior': () => [
    'prior',
    g.createConditionalPrior(g.embedding({ classes: 2, size: 4, random }), { latentSize: 2 }),
  ],
  ...Object.fromEntries(
    priors
      .map(({ name, make }) => [name, () => make(2).prior] as const)
      .filter(([, make]) => noteOf(make())?.options !== undefined)
      .map(([name, make]) => [name, () => ['prior', make() as g.LatentPrior & Part] as const]),
  ),
  ...Object.fromEntries(
    likelihoods.map(({ name, likelihood, parameterSize }) => [
      `decoder, ${name}`,
      () => ['decoder', g.createDecoder(g.mlp({ sizes: [2, 4 * parameterSize], random }), { likelihood })] as const,
    ]),
  ),
  generator: () => ['generator', g.createGenerator(g.mlp({ sizes: [2, 4], random }), { latentSize: 2 })],
  'generator, uniformPrior': () => [
    'generator',
    g.createGenerator(g.mlp({ sizes: [2, 4], random }), { latentSize: 2, prior: g.uniformPrior }),
  ],
  discriminator: () => ['discriminator', g.createDiscriminator(g.mlp({ sizes: [4, 1], random }))],
  ...Object.fromEntries(
    [...noiseSchedules, { name: 'a schedule of one’s own', make: () => table }].map(({ name, make }, i) => [
      `denoiser, ${name}`,
      () => denoiserOf(make({ steps: 7 }), predictionTargets[1 + (i % 3)]!.target),
    ]),
  ),
  ...Object.fromEntries(
    predictionTargets.map(({ name, target }) => [
      `denoiser, ${name}`,
      () => denoiserOf(g.linearSchedule({ steps: 7 }), target),
    ]),
  ),
  'token model': () => ['tokenModel', createTokenModel(tokenNetwork(true), { tokens: 4, length: 3 })],
  'masked model with an end': () => [
    'tokenModel',
    createMaskedModel(tokenNetwork(false), { tokens: 4, length: 3, end: 3 }),
  ],
  'table model': () => ['tableModel', tinyTableModel()],
  'denoiser, withClip': () => {
    const network = g.denoisingMlp({ size: 4, width: 4, classes: 2, random });
    const options = { schedule: g.linearSchedule({ steps: 7 }), predicts: g.predictNoise };
    return ['denoiser', g.withClip(g.createDenoiser(network, options), { clip: [-0.5, 0.5] })];
  },
};

function tokenNetwork(causal: boolean): g.Network {
  return transformer({ tokens: 4, length: 3, causal, width: 4, heads: 2, layers: 1, random });
}

function denoiserOf(schedule: g.NoiseSchedule, predicts: g.PredictionTarget): readonly [ModelKind, Part] {
  return [
    'denoiser',
    g.createDenoiser(g.denoisingMlp({ size: 4, width: 4, classes: 2, random }), { schedule, predicts }),
  ];
}
