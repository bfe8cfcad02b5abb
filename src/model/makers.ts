import { createDenoiser, withClip } from '../diffusion/index.js';
import type { LatentPrior } from '../distributions/index.js';
import { createDiscriminator, createGenerator } from '../gan/index.js';
import * as nets from '../nets/index.js';
import type { Network, Part } from '../nets/network.js';
import type { RandomStream } from '../random/index.js';
import { wrongKind } from '../tensor/errors.js';
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

/** Options from a file, not yet checked: the function that they belong to checks them. */
export type Options = Readonly<Record<string, unknown>>;

/** The limits of the size of a part that a file describes. */
interface Sizes {
  /**
   * Limits of options that cost memory or time without adding weights; none by default. The weights themselves are limited by the
   * numbers in the file.
   */
  readonly atMost?: Readonly<Record<string, number>>;
  /** The factor by which a layer enlarges a map; 1 by default. It reads the options with which the layer was made. */
  readonly scale?: (options: Options) => number;
}

/** How one kind of part is made. */
export interface Maker extends Sizes {
  /** The smallest number of networks that it joins. */
  readonly least: number;
  /** The largest number. */
  readonly most: number;
  make(options: Options, networks: readonly Network[], random: RandomStream): Part;
}

const alone = (make: Maker['make']): Maker => ({ least: 0, most: 0, make });

/** A layer or network with random initial weights. */
const drawing = (make: (options: never) => Part, sizes?: Sizes): Maker => ({
  ...alone((options, _, random) => make({ ...options, random } as never)),
  ...sizes,
});

/** A layer without random initial weights. */
const plain = (make: (options: never) => Part, sizes?: Sizes): Maker => ({
  ...alone((options) => make(options as never)),
  ...sizes,
});

/** A function that joins networks, with or without options. */
const joining = (least: number, most: number, make: (networks: readonly Network[], options: never) => Part): Maker => ({
  least,
  most,
  make: (options, networks) => make(networks, options as never),
});

/** A part that owns one network and has options. */
const owning = (make: (network: never, options: never) => Part, sizes?: Sizes): Maker => ({
  ...joining(1, 1, ([network], options) => make(network as never, options)),
  ...sizes,
});

/** A function without options. */
const bare = (least: number, most: number, make: (...networks: Network[]) => Part): Maker =>
  joining(least, most, (networks, options) => {
    const [name] = Object.keys(options);
    if (name === undefined) return make(...networks);
    throw wrongKind(make.name, 'options', 'must be left out', { seen: `the key '${name}'` });
  });

const SHAPE: Sizes = { atMost: { shape: 2 ** 16 } };
const CONVOLUTION: Sizes = { scale: ({ strides }) => 1 / Number(strides) };
const TRANSPOSED: Sizes = {
  atMost: { strides: 64, outputSize: 2 ** 16 },
  scale: ({ strides }) => Number(strides),
};
const UPSAMPLED: Sizes = { atMost: { factor: 64 }, scale: ({ factor }) => Number(factor) };

/** The complete list of what a file may contain, by the name of the function that makes it. */
export const makers: ReadonlyMap<string, Maker> = new Map<string, Maker>([
  ['attention', drawing(nets.attention)],
  ['conv2d', drawing(nets.conv2d, CONVOLUTION)],
  ['conv2dTranspose', drawing(nets.conv2dTranspose, TRANSPOSED)],
  ['convDecoder', drawing(nets.convDecoder, SHAPE)],
  ['convEncoder', drawing(nets.convEncoder, SHAPE)],
  ['dcganDiscriminator', drawing(nets.dcganDiscriminator, SHAPE)],
  ['dcganGenerator', drawing(nets.dcganGenerator, SHAPE)],
  ['denoisingMlp', drawing(nets.denoisingMlp)],
  ['dense', drawing(nets.dense)],
  ['embedding', drawing(nets.embedding)],
  ['mlp', drawing(nets.mlp)],
  ['residualBlock', drawing(nets.residualBlock)],
  ['unet', drawing(nets.unet, { atMost: { blocks: 256 } })],
  ['batchNorm', plain(nets.batchNorm)],
  ['dropout', plain(nets.dropout)],
  ['gaussianNoise', plain(nets.gaussianNoise)],
  ['groupNorm', plain(nets.groupNorm)],
  ['layerNorm', plain(nets.layerNorm)],
  ['minibatchStddev', plain(nets.minibatchStddev)],
  ['reshape', plain(nets.reshape)],
  ['timeEmbedding', plain(nets.timeEmbedding, { atMost: { size: 2 ** 16 } })],
  ['upsample', plain(nets.upsample, UPSAMPLED)],
  ['flatten', bare(0, 0, nets.flatten)],
  ['glu', bare(0, 0, nets.glu)],
  ['patchwise', owning(nets.patchwise)],
  ['spectralNorm', owning(nets.spectralNorm, { atMost: { iterations: 1024 } })],
  ['concatLatents', bare(2, 2, nets.concatLatents)],
  ['residual', bare(1, 2, nets.residual)],
  ['sequential', bare(1, Infinity, sequential)],
  ['withCondition', bare(2, 2, nets.withCondition)],
  ['withProjection', bare(2, 2, nets.withProjection)],
  ['withScaleAndShift', bare(2, 2, nets.withScaleAndShift)],
  ['withTimesteps', bare(2, 3, withTimesteps)],
  ['createGaussianEncoder', owning(createGaussianEncoder)],
  ['createHierarchicalEncoder', joining(1, Infinity, createHierarchicalEncoder)],
  ['createHierarchicalPrior', joining(0, Infinity, hierarchicalPrior)],
  ['createConditionalPrior', owning(createConditionalPrior)],
  ['createFlowPrior', drawing(createFlowPrior)],
  ['createDecoder', owning(createDecoder)],
  ['createMixturePrior', drawing(createMixturePrior)],
  ['createVampPrior', owning(vampPriorFrom)],
  ['createGenerator', owning(createGenerator, { atMost: { latentSize: 2 ** 20 } })],
  ['createDiscriminator', bare(1, 1, createDiscriminator)],
  ['createDenoiser', owning(createDenoiser)],
  ['withClip', owning(withClip)],
]);

function sequential(...networks: Network[]): Network {
  return nets.sequential(networks);
}

function withTimesteps(body: Network, time: Network, labels?: Network): Network {
  return nets.withTimesteps(body, { time, labels });
}

/** With as many networks as blocks, the first is the prior of the top block. */
function hierarchicalPrior(networks: readonly Network[], options: HierarchicalPriorOptions): Part {
  if (networks.length !== options.latentSizes?.length) return createHierarchicalPrior(networks, options);
  const [top, ...others] = networks as readonly unknown[] as readonly [LatentPrior, ...Network[]];
  return createHierarchicalPrior(others, { ...options, top });
}
