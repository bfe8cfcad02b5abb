import { createDenoiser, withClip } from '../diffusion/index.js';
import type { LatentPrior } from '../distributions/index.js';
import { createDiscriminator, createGenerator } from '../gan/index.js';
import * as nets from '../nets/index.js';
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

/** Options from a file, which the function that takes them has yet to check. */
export type Options = Readonly<Record<string, unknown>>;

/** The limits of the size of a part that a file describes. */
interface Sizes {
  /**
   * The largest values of options that cost memory or time without adding weights; none by default. The weights are limited by the numbers
   * in the file.
   */
  readonly atMost?: Readonly<Record<string, number>>;
  /** The factor by which a layer enlarges a map; 1 by default. It reads the options with which the layer was made. */
  readonly scale?: (options: Options) => number;
}

/** How one kind of part is made. */
export interface Maker extends Sizes {
  /** The smallest number of networks in it. */
  readonly minParts: number;
  /** The largest number of networks in it. */
  readonly maxParts: number;
  make(options: Options, networks: readonly Network[], random: RandomStream): Part;
}

// Marked, and with numbers that are not computed, so that a bundler drops the list of makers where nothing loads a file.
const withoutParts = /* @__NO_SIDE_EFFECTS__ */ (make: Maker['make']): Maker => ({ minParts: 0, maxParts: 0, make });

/** A layer or network with random initial weights. */
const withRandom = /* @__NO_SIDE_EFFECTS__ */ (make: (options: never) => Part, sizes?: Sizes): Maker => ({
  ...withoutParts((options, _, random) => make({ ...options, random } as never)),
  ...sizes,
});

/** A layer without random initial weights. */
const plain = /* @__NO_SIDE_EFFECTS__ */ (make: (options: never) => Part, sizes?: Sizes): Maker => ({
  ...withoutParts((options) => make(options as never)),
  ...sizes,
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
  sizes?: Sizes,
): Maker => ({
  ...withParts(1, 1, ([network], options) => make(network as never, options)),
  ...sizes,
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

const SHAPE: Sizes = { atMost: { shape: 2 ** 16 } };
// the bounds of both axes, for a pair: maps that grow in turns along one and the other do not escape the limit
const CONVOLUTION: Sizes = { scale: ({ strides }) => 1 / Math.min(...[strides].flat().map(Number)) };
const TRANSPOSED: Sizes = {
  atMost: { strides: 64, outputSize: 2 ** 16 },
  scale: ({ strides }) => Math.max(...[strides].flat().map(Number)),
};
const SEQUENCE: Sizes = { atMost: { length: 1_048_576 } };
const UPSAMPLED: Sizes = { atMost: { factor: 64 }, scale: ({ factor }) => Number(factor) };

/** All layers, networks and parts that a file may contain, by the function that makes them. */
export const makers: ReadonlyMap<string, Maker> = new Map<string, Maker>([
  ['attention', withRandom(nets.attention)],
  ['conv1d', withRandom(nets.conv1d, CONVOLUTION)],
  ['conv1dTranspose', withRandom(nets.conv1dTranspose, TRANSPOSED)],
  ['conv2d', withRandom(nets.conv2d, CONVOLUTION)],
  ['conv2dTranspose', withRandom(nets.conv2dTranspose, TRANSPOSED)],
  ['convDecoder', withRandom(nets.convDecoder, SHAPE)],
  ['convEncoder', withRandom(nets.convEncoder, SHAPE)],
  ['dcganDiscriminator', withRandom(nets.dcganDiscriminator, SHAPE)],
  ['dcganGenerator', withRandom(nets.dcganGenerator, SHAPE)],
  ['denoisingMlp', withRandom(nets.denoisingMlp)],
  ['dense', withRandom(nets.dense)],
  ['dit', withRandom(nets.dit, { atMost: { size: 2 ** 16 } })],
  ['ditBlock', withRandom(nets.ditBlock)],
  ['embedding', withRandom(nets.embedding)],
  ['mlp', withRandom(nets.mlp)],
  ['residualBlock', withRandom(nets.residualBlock)],
  ['unet', withRandom(nets.unet, { atMost: { blocks: 256 } })],
  ['unet1d', withRandom(nets.unet1d, { atMost: { blocks: 256 } })],
  ['transformer', withRandom(transformer, { atMost: { layers: 4096 } })],
  ['batchNorm', plain(nets.batchNorm)],
  ['dropout', plain(nets.dropout)],
  ['gaussianNoise', plain(nets.gaussianNoise)],
  ['groupNorm', plain(nets.groupNorm)],
  ['layerNorm', plain(nets.layerNorm)],
  ['minibatchStddev', plain(nets.minibatchStddev)],
  ['reshape', plain(nets.reshape)],
  ['timeEmbedding', plain(nets.timeEmbedding, { atMost: { size: 2 ** 16 } })],
  ['upsample', plain(nets.upsample, UPSAMPLED)],
  ['upsample1d', plain(nets.upsample1d, UPSAMPLED)],
  ['flatten', withoutOptions(0, 0, nets.flatten)],
  ['glu', withoutOptions(0, 0, nets.glu)],
  ['patchwise', withNetwork(nets.patchwise)],
  ['spectralNorm', withNetwork(nets.spectralNorm, { atMost: { iterations: 1024 } })],
  ['concatLatents', withoutOptions(2, 2, nets.concatLatents)],
  ['freeze', withoutOptions(1, 1, nets.freeze)],
  ['residual', withoutOptions(1, 2, nets.residual)],
  ['sequential', withoutOptions(1, Infinity, sequential)],
  ['withCondition', withoutOptions(2, 2, nets.withCondition)],
  ['withNamedCondition', withNetwork(nets.withNamedCondition)],
  ['withPicture', withNetwork(nets.withPicture)],
  ['withProjection', withoutOptions(2, 2, nets.withProjection)],
  ['withScaleAndShift', withoutOptions(2, 2, nets.withScaleAndShift)],
  ['withStepSizes', withoutOptions(2, 2, nets.withStepSizes)],
  ['withTimesteps', withoutOptions(2, 3, withTimesteps)],
  ['createGaussianEncoder', withNetwork(createGaussianEncoder)],
  ['finiteScalarQuantizer', plain(finiteScalarQuantizer)],
  ['createCodebook', withRandom(createCodebook)],
  ['createQuantizedEncoder', withQuantizer(createQuantizedEncoder)],
  ['createCodePrior', withQuantizer(codePriorFrom, SHAPE)],
  ['createHierarchicalEncoder', withParts(1, Infinity, createHierarchicalEncoder)],
  ['createHierarchicalPrior', withParts(0, Infinity, hierarchicalPrior)],
  ['createConditionalPrior', withNetwork(createConditionalPrior)],
  ['createFlowPrior', withRandom(createFlowPrior)],
  ['createDecoder', withNetwork(createDecoder)],
  ['createMixturePrior', withRandom(createMixturePrior)],
  ['createVampPrior', withNetwork(vampPriorFrom)],
  ['createGenerator', withNetwork(createGenerator, { atMost: { latentSize: 1_048_576 } })],
  ['createDiscriminator', withoutOptions(1, 1, createDiscriminator)],
  ['createTokenModel', withNetwork(createTokenModel, SEQUENCE)],
  ['createMaskedModel', withNetwork(createMaskedModel, SEQUENCE)],
  ['createTableModel', withRandom(createTableModel, { atMost: { layers: 4096 } })],
  ['createDenoiser', withNetwork(createDenoiser)],
  ['withClip', withNetwork(withClip)],
]);

function sequential(...networks: Network[]): Network {
  return nets.sequential(networks);
}

function withTimesteps(body: Network, time: Network, labels?: Network): Network {
  return nets.withTimesteps(body, { time, labels });
}

/** A part made of a network or a model, and a quantizer. */
/* @__NO_SIDE_EFFECTS__ */ function withQuantizer(
  make: (network: never, options: CodePriorOptions) => Part,
  sizes?: Sizes,
): Maker {
  const makeOf: Maker['make'] = (options, [network, quantizer]) =>
    make(network as never, { ...options, quantizer } as never);
  return { minParts: 2, maxParts: 2, make: makeOf, ...sizes };
}

/** If there are as many networks as blocks, the first one is the prior of the top block. */
function hierarchicalPrior(networks: readonly Network[], options: HierarchicalPriorOptions): Part {
  if (networks.length !== options.latentSizes?.length) return createHierarchicalPrior(networks, options);
  const [top, ...others] = networks as readonly unknown[] as readonly [LatentPrior, ...Network[]];
  return createHierarchicalPrior(others, { ...options, top });
}
