import { createDenoiser, withClip } from '../diffusion/index.js';
import type { LatentPrior } from '../distributions/index.js';
import { createDiscriminator, createGenerator } from '../gan/index.js';
import * as nets from '../nets/index.js';
import { freezeAllBut } from '../nets/freeze.js';
import type { Network, Part } from '../nets/network.js';
import type { RandomStream } from '../random/index.js';
import { wrongKind } from '../tensor/errors.js';
import { createTableModel } from '../tables/table-model.js';
import { createMaskedModel, createTokenModel, transformer } from '../tokens/index.js';
import {
  createConditionalPrior,
  createDecoder,
  createFlowPrior,
  createGaussianEncoder,
  createHierarchicalEncoder,
  createHierarchicalPrior,
  createMixturePrior,
  type HierarchicalPriorOptions,
} from '../vae/index.js';
import { vampPriorFrom } from '../vae/priors/vamp-prior.js';
import { codePriorFrom, type CodePriorOptions } from '../tokens/code-prior.js';
import { createCodebook } from '../tokens/quantizers/codebook.js';
import { finiteScalarQuantizer } from '../tokens/quantizers/finite-scalar-quantizer.js';
import { createQuantizedEncoder } from '../tokens/quantizers/quantized-encoder.js';
import type { ModelText } from './architecture-text.js';
import type { ModelKind } from './part-kinds.js';

/** Options from a file, which the function that takes them has yet to check. */
export type Options = Readonly<Record<string, unknown>>;

/** How one kind of part is made. */
export interface Maker {
  /** The kind of part; a network if it is absent. */
  readonly kind?: ModelKind | undefined;
  /** The smallest number of networks in it. */
  readonly minParts: number;
  /** The largest number of networks in it. */
  readonly maxParts: number;
  /** The factor by which a layer enlarges a map; 1 by default. It reads the options with which the layer was made. */
  readonly scale?: Scale | undefined;
  make(options: Options, networks: readonly Network[], random: RandomStream): Part;
}

type Scale = (options: Options) => number;

// Marked, and with numbers that are not computed, so that a bundler drops the list of makers where nothing loads a file.
const withoutParts = /* @__NO_SIDE_EFFECTS__ */ (make: Maker['make']): Maker => ({ minParts: 0, maxParts: 0, make });

/** A layer or network with random initial weights. */
const withRandom = /* @__NO_SIDE_EFFECTS__ */ (make: (options: never) => Part, scale?: Scale): Maker => ({
  ...withoutParts((options, _, random) => make({ ...options, random } as never)),
  scale,
});

/** A layer without random initial weights. */
const plain = /* @__NO_SIDE_EFFECTS__ */ (make: (options: never) => Part, scale?: Scale): Maker => ({
  ...withoutParts((options) => make(options as never)),
  scale,
});

/** A composition of networks, with or without options. */
const withParts = /* @__NO_SIDE_EFFECTS__ */ (
  minParts: number,
  maxParts: number,
  make: (networks: readonly Network[], options: never) => Part,
): Maker => ({
  minParts,
  maxParts,
  make: (options, networks) => make(networks, options as never),
});

/** A part with one network and options. */
const withNetwork = /* @__NO_SIDE_EFFECTS__ */ (
  make: (network: never, options: never) => Part,
  scale?: Scale,
): Maker => ({
  ...withParts(1, 1, ([network], options) => make(network as never, options)),
  scale,
});

/** A composition of networks without options. */
const withoutOptions = /* @__NO_SIDE_EFFECTS__ */ (
  minParts: number,
  maxParts: number,
  make: (...networks: Network[]) => Part,
): Maker =>
  withParts(minParts, maxParts, (networks, options) => {
    const [name] = Object.keys(options);
    if (name === undefined) return make(...networks);
    throw wrongKind(make.name, 'options', 'must be left out', { seen: `the key '${name}'` });
  });

/** A maker of a part that is no network. */
const ofKind = /* @__NO_SIDE_EFFECTS__ */ (kind: ModelKind, maker: Maker): Maker => ({ ...maker, kind });

// the bounds of both axes, for a pair: maps that grow in turns along one and the other do not escape the limit
const shrunk: Scale = ({ strides }) => 1 / Math.min(...[strides].flat().map(Number));
const stretched: Scale = ({ strides }) => Math.max(...[strides].flat().map(Number));
const enlarged: Scale = ({ factor }) => Number(factor);

/** All layers, networks and parts that a file may contain, by the function that makes them. */
export const makers: ReadonlyMap<string, Maker> = new Map<string, Maker>([
  ['attention', withRandom(nets.attention)],
  ['conv1d', withRandom(nets.conv1d, shrunk)],
  ['conv1dTranspose', withRandom(nets.conv1dTranspose, stretched)],
  ['conv2d', withRandom(nets.conv2d, shrunk)],
  ['conv2dTranspose', withRandom(nets.conv2dTranspose, stretched)],
  ['convDecoder', withRandom(nets.convDecoder)],
  ['convEncoder', withRandom(nets.convEncoder)],
  ['crossAttention', withRandom(nets.crossAttention)],
  ['dcganDiscriminator', withRandom(nets.dcganDiscriminator)],
  ['dcganGenerator', withRandom(nets.dcganGenerator)],
  ['denoisingMlp', withRandom(nets.denoisingMlp)],
  ['dense', withRandom(nets.dense)],
  ['dit', withRandom(nets.dit)],
  ['ditBlock', withRandom(nets.ditBlock)],
  ['embedding', withRandom(nets.embedding)],
  ['mlp', withRandom(nets.mlp)],
  ['residualBlock', withRandom(nets.residualBlock)],
  ['textEncoder', withRandom(nets.textEncoder)],
  ['unet', withRandom(nets.unet)],
  ['unet1d', withRandom(nets.unet1d)],
  ['transformer', withRandom(transformer)],
  ['batchNorm', plain(nets.batchNorm)],
  ['dropout', plain(nets.dropout)],
  ['gaussianNoise', plain(nets.gaussianNoise)],
  ['groupNorm', plain(nets.groupNorm)],
  ['layerNorm', plain(nets.layerNorm)],
  ['minibatchStddev', plain(nets.minibatchStddev)],
  ['reshape', plain(nets.reshape)],
  ['timeEmbedding', plain(nets.timeEmbedding)],
  ['upsample', plain(nets.upsample, enlarged)],
  ['upsample1d', plain(nets.upsample1d, enlarged)],
  ['flatten', withoutOptions(0, 0, nets.flatten)],
  ['glu', withoutOptions(0, 0, nets.glu)],
  ['patchwise', withNetwork(nets.patchwise)],
  ['spectralNorm', withNetwork(nets.spectralNorm)],
  ['concatLatents', withoutOptions(2, 2, nets.concatLatents)],
  ['freeze', withNetwork(freezeAllBut)],
  ['residual', withoutOptions(1, 2, nets.residual)],
  ['sequential', withoutOptions(1, Infinity, sequential)],
  ['withCondition', withoutOptions(2, 2, nets.withCondition)],
  ['withNamedCondition', withNetwork(nets.withNamedCondition)],
  ['withPicture', withNetwork(nets.withPicture)],
  ['withProjection', withoutOptions(2, 2, nets.withProjection)],
  ['withScaleAndShift', withoutOptions(2, 2, nets.withScaleAndShift)],
  ['withStepSizes', withoutOptions(2, 2, nets.withStepSizes)],
  ['withTokens', withoutOptions(2, 2, nets.withTokens)],
  ['withTimesteps', withoutOptions(2, 3, withTimesteps)],
  ['createGaussianEncoder', ofKind('encoder', withNetwork(createGaussianEncoder))],
  ['createHierarchicalEncoder', ofKind('latentEncoder', withParts(1, Infinity, createHierarchicalEncoder))],
  ['createQuantizedEncoder', ofKind('quantizedEncoder', withQuantizer(createQuantizedEncoder))],
  ['finiteScalarQuantizer', ofKind('quantizer', plain(finiteScalarQuantizer))],
  ['createCodebook', ofKind('quantizer', withRandom(createCodebook))],
  ['createCodePrior', ofKind('codePrior', withQuantizer(codePriorFrom))],
  ['createHierarchicalPrior', ofKind('prior', withParts(0, Infinity, hierarchicalPrior))],
  ['createConditionalPrior', ofKind('prior', withNetwork(createConditionalPrior))],
  ['createFlowPrior', ofKind('prior', withRandom(createFlowPrior))],
  ['createDecoder', ofKind('decoder', withNetwork(createDecoder))],
  ['createMixturePrior', ofKind('prior', withRandom(createMixturePrior))],
  ['createVampPrior', ofKind('prior', withNetwork(vampPriorFrom))],
  ['createGenerator', ofKind('generator', withNetwork(createGenerator))],
  ['createDiscriminator', ofKind('discriminator', withoutOptions(1, 1, createDiscriminator))],
  ['createTokenModel', ofKind('tokenModel', withNetwork(createTokenModel))],
  ['createMaskedModel', ofKind('tokenModel', withNetwork(createMaskedModel))],
  ['createTableModel', ofKind('tableModel', withRandom(createTableModel))],
  ['createDenoiser', ofKind('denoiser', withNetwork(createDenoiser))],
  ['withClip', ofKind('denoiser', withNetwork(withClip))],
]);

/** The names of all kinds of parts. */
export const modelKinds: readonly ModelKind[] = /* @__PURE__ */ (() => [
  ...new Set([...makers.values()].map(({ kind = 'network' }) => kind)),
])();

/** The kind of the part with this index; that of a frozen part is the kind of the part in it. */
export function kindOf({ layers }: Pick<ModelText, 'layers'>, place: number): ModelKind {
  const { kind, parts, own } = layers[place]!;
  if (own !== undefined) return own.as as ModelKind;
  const [inner] = parts;
  if (kind === 'freeze' && inner !== undefined) return kindOf({ layers }, inner);
  return makers.get(kind)?.kind ?? 'network';
}

function sequential(...networks: Network[]): Network {
  return nets.sequential(networks);
}

function withTimesteps(body: Network, time: Network, labels?: Network): Network {
  return nets.withTimesteps(body, { time, labels });
}

/** A part made of a network or a model, and a quantizer. */
/* @__NO_SIDE_EFFECTS__ */ function withQuantizer(make: (network: never, options: CodePriorOptions) => Part): Maker {
  const makeOf: Maker['make'] = (options, [network, quantizer]) =>
    make(network as never, { ...options, quantizer } as never);
  return { minParts: 2, maxParts: 2, make: makeOf };
}

/** If there are as many networks as blocks, the first one is the prior of the top block. */
function hierarchicalPrior(networks: readonly Network[], options: HierarchicalPriorOptions): Part {
  if (networks.length !== options.latentSizes?.length) return createHierarchicalPrior(networks, options);
  const [top, ...others] = networks as readonly unknown[] as readonly [LatentPrior, ...Network[]];
  return createHierarchicalPrior(others, { ...options, top });
}
