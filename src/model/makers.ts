import { createDenoiser } from '../diffusion/index.js';
import { createDiscriminator, createGenerator } from '../gan/index.js';
import * as nets from '../nets/index.js';
import type { Network, Part } from '../nets/network.js';
import type { RandomStream } from '../random/index.js';
import { wrongKind } from '../tensor/errors.js';
import { createDecoder, createGaussianEncoder } from '../vae/index.js';

/** Options from a file, not yet checked: the function that they belong to checks them. */
type Options = Readonly<Record<string, unknown>>;

/** How one kind of part is made. */
export interface Maker {
  /** The smallest number of networks that it joins. */
  readonly least: number;
  /** The largest number. */
  readonly most: number;
  make(options: Options, networks: readonly Network[], random: RandomStream): Part;
}

const alone = (make: Maker['make']): Maker => ({ least: 0, most: 0, make });

/** A layer or network with random initial weights. */
const drawing = (make: (options: never) => Part): Maker =>
  alone((options, _, random) => make({ ...options, random } as never));

/** A layer without random initial weights. */
const plain = (make: (options: never) => Part): Maker => alone((options) => make(options as never));

/** A function that joins networks, with or without options. */
const joining = (least: number, most: number, make: (networks: readonly Network[], options: never) => Part): Maker => ({
  least,
  most,
  make: (options, networks) => make(networks, options as never),
});

/** A part that owns one network and has options. */
const owning = (make: (network: never, options: never) => Part): Maker =>
  joining(1, 1, ([network], options) => make(network as never, options));

/** A function without options. */
const bare = (least: number, most: number, make: (...networks: Network[]) => Part): Maker =>
  joining(least, most, (networks, options) => {
    const [name] = Object.keys(options);
    if (name === undefined) return make(...networks);
    throw wrongKind(make.name, 'options', 'must be left out', { seen: `the key '${name}'` });
  });

/** The complete list of what a file may contain, by the name of the function that makes it. */
export const makers: ReadonlyMap<string, Maker> = new Map<string, Maker>([
  ['attention', drawing(nets.attention)],
  ['conv2d', drawing(nets.conv2d)],
  ['conv2dTranspose', drawing(nets.conv2dTranspose)],
  ['convDecoder', drawing(nets.convDecoder)],
  ['convEncoder', drawing(nets.convEncoder)],
  ['dcganDiscriminator', drawing(nets.dcganDiscriminator)],
  ['dcganGenerator', drawing(nets.dcganGenerator)],
  ['denoisingMlp', drawing(nets.denoisingMlp)],
  ['dense', drawing(nets.dense)],
  ['embedding', drawing(nets.embedding)],
  ['mlp', drawing(nets.mlp)],
  ['residualBlock', drawing(nets.residualBlock)],
  ['unet', drawing(nets.unet)],
  ['batchNorm', plain(nets.batchNorm)],
  ['dropout', plain(nets.dropout)],
  ['gaussianNoise', plain(nets.gaussianNoise)],
  ['groupNorm', plain(nets.groupNorm)],
  ['layerNorm', plain(nets.layerNorm)],
  ['minibatchStddev', plain(nets.minibatchStddev)],
  ['reshape', plain(nets.reshape)],
  ['timeEmbedding', plain(nets.timeEmbedding)],
  ['upsample', plain(nets.upsample)],
  ['flatten', bare(0, 0, nets.flatten)],
  ['inPatches', owning(nets.inPatches)],
  ['spectralNorm', owning(nets.spectralNorm)],
  ['residual', bare(1, 2, nets.residual)],
  ['sequential', bare(1, Infinity, sequential)],
  ['withCondition', bare(2, 2, nets.withCondition)],
  ['withProjection', bare(2, 2, nets.withProjection)],
  ['withScaleAndShift', bare(2, 2, nets.withScaleAndShift)],
  ['withTimesteps', bare(2, 3, withTimesteps)],
  ['createGaussianEncoder', owning(createGaussianEncoder)],
  ['createDecoder', owning(createDecoder)],
  ['createGenerator', owning(createGenerator)],
  ['createDiscriminator', bare(1, 1, createDiscriminator)],
  ['createDenoiser', owning(createDenoiser)],
]);

function sequential(...networks: Network[]): Network {
  return nets.sequential(networks);
}

function withTimesteps(body: Network, time: Network, labels?: Network): Network {
  return nets.withTimesteps(body, { time, labels });
}
