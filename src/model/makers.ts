import { createDenoiser } from '../diffusion/index.js';
import { createDiscriminator, createGenerator } from '../gan/index.js';
import * as nets from '../nets/index.js';
import type { Network, Part } from '../nets/network.js';
import type { RandomStream } from '../random/index.js';
import { wrongKind } from '../tensor/errors.js';
import { createDecoder, createGaussianEncoder } from '../vae/index.js';

/** Options as a file has them: the function that they are for checks them. */
type Options = Readonly<Record<string, unknown>>;

/** What a file may ask of a kind of part. */
interface Sizes {
  /**
   * What options may be at most where the number of weights does not grow with them, and yet memory or time does; none by default.
   * Weights themselves are bounded by the numbers that the file holds.
   */
  readonly atMost?: Readonly<Record<string, number>>;
  /** How many times larger a layer makes a map; once by default. Options that are not numbers are refused when it is made. */
  readonly scale?: (options: Options) => number;
}

/** How one kind of part is made. */
export interface Maker extends Sizes {
  /** Networks that it joins, at least. */
  readonly least: number;
  /** And at most. */
  readonly most: number;
  make(options: Options, networks: readonly Network[], random: RandomStream): Part;
}

const alone = (make: Maker['make']): Maker => ({ least: 0, most: 0, make });

/** A layer or network that draws initial weights. */
const drawing = (make: (options: never) => Part, sizes?: Sizes): Maker => ({
  ...alone((options, _, random) => make({ ...options, random } as never)),
  ...sizes,
});

/** A layer that draws none. */
const plain = (make: (options: never) => Part, sizes?: Sizes): Maker => ({
  ...alone((options) => make(options as never)),
  ...sizes,
});

/** What joins networks, and takes options or none. */
const joining = (least: number, most: number, make: (networks: readonly Network[], options: never) => Part): Maker => ({
  least,
  most,
  make: (options, networks) => make(networks, options as never),
});

/** What owns one network, and has options. */
const owning = (make: (network: never, options: never) => Part, sizes?: Sizes): Maker => ({
  ...joining(1, 1, ([network], options) => make(network as never, options)),
  ...sizes,
});

/** What takes no options. */
const bare = (least: number, most: number, make: (...networks: Network[]) => Part): Maker =>
  joining(least, most, (networks, options) => {
    const [name] = Object.keys(options);
    if (name === undefined) return make(...networks);
    throw wrongKind(make.name, 'options', 'must be left out', { seen: `the key '${name}'` });
  });

const SHAPE: Sizes = { atMost: { shape: 2 ** 16 } };
const CONVOLUTION: Sizes = { scale: ({ strides = 1 }) => 1 / Number(strides) };
const TRANSPOSED: Sizes = {
  atMost: { strides: 64, outputSize: 2 ** 16 },
  scale: ({ strides = 1 }) => Number(strides),
};
const UPSAMPLED: Sizes = { atMost: { factor: 64 }, scale: ({ factor = 2 }) => Number(factor) };

/** All that a file may hold, by the name of the function that makes it: a closed list. */
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
  ['inPatches', owning(nets.inPatches)],
  ['spectralNorm', owning(nets.spectralNorm, { atMost: { iterations: 1024 } })],
  ['residual', bare(1, 2, nets.residual)],
  ['sequential', bare(1, Infinity, sequential)],
  ['withCondition', bare(2, 2, nets.withCondition)],
  ['withProjection', bare(2, 2, nets.withProjection)],
  ['withScaleAndShift', bare(2, 2, nets.withScaleAndShift)],
  ['withTimesteps', bare(2, 3, withTimesteps)],
  ['createGaussianEncoder', owning(createGaussianEncoder)],
  ['createDecoder', owning(createDecoder)],
  ['createGenerator', owning(createGenerator, { atMost: { latentSize: 2 ** 20 } })],
  ['createDiscriminator', bare(1, 1, createDiscriminator)],
  ['createDenoiser', owning(createDenoiser)],
]);

function sequential(...networks: Network[]): Network {
  return nets.sequential(networks);
}

function withTimesteps(body: Network, time: Network, labels?: Network): Network {
  return nets.withTimesteps(body, { time, labels });
}
