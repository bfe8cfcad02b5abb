import * as g from '../../src/index.js';
import type { ModelKind } from '../../src/model/index.js';
import type { Part } from '../../src/nets/network.js';
import { conditions } from '../nets/conditions/registry.js';
import { layers } from '../nets/layers/registry.js';
import { compositions } from '../nets/networks/registry.js';
import type { NetworkCase } from '../nets/network-case.js';

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
        [g.elu, g.gelu, g.leakyRelu, g.relu, g.sigmoid, g.softplus, g.swish, g.tanh].map((activation, i) =>
          g.dense({ inputs: 3, units: 3, activation, random: random.fork(String(i)) }),
        ),
      ),
    input: [4, 3],
    output: [4, 3],
    parameters: 96,
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
  'flow prior': () => ['prior', g.createFlowPrior({ latentSize: 2, layers: 3, width: 4, random })],
  'mixture prior': () => ['prior', g.createMixturePrior({ components: 3, latentSize: 2, random })],
  'VampPrior, with its encoder': () => [
    'prior',
    g.createVampPrior(g.createGaussianEncoder(g.mlp({ sizes: [4, 4], random }), { latentSize: 2 }), {
      inputs: random.uniform([3, 4]),
      range: [0, 1],
    }),
  ],
  ...Object.fromEntries(
    Object.entries({
      bernoulli: g.bernoulli,
      continuousBernoulli: g.continuousBernoulli,
      gaussian: g.gaussian({ variance: 0.1 }),
      learnedGaussian: g.learnedGaussian(),
      'learnedGaussian above': g.learnedGaussian({ minLogVariance: -3 }),
      discretizedLogistic: g.discretizedLogistic({ levels: 4, start: { mean: 0.5, logScale: -2 } }),
    }).map(([name, likelihood]) => [
      `decoder, ${name}`,
      () =>
        [
          'decoder',
          g.createDecoder(g.mlp({ sizes: [2, 4 * likelihood.parameterSize], random }), { likelihood }),
        ] as const,
    ]),
  ),
  generator: () => ['generator', g.createGenerator(g.mlp({ sizes: [2, 4], random }), { latentSize: 2 })],
  'generator, uniformPrior': () => [
    'generator',
    g.createGenerator(g.mlp({ sizes: [2, 4], random }), { latentSize: 2, prior: g.uniformPrior }),
  ],
  discriminator: () => ['discriminator', g.createDiscriminator(g.mlp({ sizes: [4, 1], random }))],
  ...Object.fromEntries(
    Object.entries({
      linearSchedule: [g.linearSchedule({ steps: 7 }), g.predictNoise],
      cosineSchedule: [g.cosineSchedule({ steps: 7 }), g.predictVelocity],
      flowSchedule: [g.flowSchedule({ steps: 7, shift: 3 }), g.predictFlow],
      'a schedule of one’s own': [table, g.predictSample],
    } as const).map(([name, [schedule, predicts]]) => [
      `denoiser, ${name}`,
      () =>
        [
          'denoiser',
          g.createDenoiser(g.denoisingMlp({ size: 4, width: 4, classes: 2, random }), { schedule, predicts }),
        ] as const,
    ]),
  ),
  'denoiser, withClip': () => {
    const network = g.denoisingMlp({ size: 4, width: 4, classes: 2, random });
    const options = { schedule: g.linearSchedule({ steps: 7 }), predicts: g.predictNoise };
    return ['denoiser', g.withClip(g.createDenoiser(network, options), { clip: [-0.5, 0.5] })];
  },
};
