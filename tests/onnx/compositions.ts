import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import * as g from '../../src/index.js';
import type { ApplyOptions, Network } from '../../src/nets/index.js';
import type { SaveOnnxOptions } from '../../src/onnx/index.js';
import { shaken } from './cases.js';

/** A network or another part that was composed at random. */
export interface Composition {
  /** What it is made of. */
  readonly name: string;
  readonly part: g.Part;
  /** The option of the export. */
  readonly inputs: NonNullable<SaveOnnxOptions['inputs']>;
  /** The inputs of a model for so many examples. */
  readonly feeds: (count: number) => Readonly<Record<string, Tensor>>;
  /** What the part gives, by the names of outputs. */
  readonly call: (feeds: Readonly<Record<string, Tensor>>) => Readonly<Record<string, Tensor>>;
}

/** Chooses at random, in the same way for the same seed. */
class Dice {
  constructor(private state: number) {}
  /** An integer from 0 to below `count`. */
  below(count: number): number {
    this.state = (this.state * 1664525 + 1013904223) >>> 0;
    return Math.floor((this.state / 2 ** 32) * count);
  }
  from(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }
  one<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }
  often(share: number): boolean {
    return this.below(1000) < 1000 * share;
  }
}

/** A network in the making: the shape of an example, the layers so far, their names, and what else they read. */
interface Chain {
  shape: number[];
  readonly layers: Network[];
  readonly names: string[];
  readonly reads: Record<
    string,
    { readonly shape: readonly number[]; readonly classes?: number; readonly isNamed?: boolean }
  >;
}

const activations = [tf.relu, g.tanh, g.swish, g.gelu, g.elu, g.leakyRelu, g.softplus, g.sigmoid, undefined] as const;

/** Groups that divide channels. */
const groupsOf = (dice: Dice, channels: number): number =>
  dice.one([1, 2, 3, 4, 6, 8].filter((one) => channels % one === 0));

function addLayer(dice: Dice, chain: Chain, stream: g.RandomStream): void {
  const { shape } = chain;
  const random = stream.fork(`${chain.layers.length}`);
  const inputs = shape.at(-1)!;
  const activation = dice.one(activations);
  const places = shape.slice(0, -1);
  const add = (name: string, layer: Network, next = shape): void => {
    chain.layers.push(layer);
    chain.names.push(name);
    chain.shape = [...next];
  };
  const any: (() => void)[] = [
    () => add('layerNorm', g.layerNorm({ inputs, activation })),
    () => add('groupNorm', g.groupNorm({ inputs, groups: groupsOf(dice, inputs), activation })),
    () => add('batchNorm', g.batchNorm({ inputs, activation })),
    () => add('dropout', g.dropout({ rate: 0.3 })),
    () => {
      if (inputs % 2 === 0 && inputs > 2) add('glu', g.glu(), [...places, inputs / 2]);
    },
  ];
  const vector: (() => void)[] = [
    () => {
      const units = dice.from(1, 9);
      const layer = g.dense({ inputs, units, activation, random });
      const isNormed = dice.often(0.2);
      add(isNormed ? 'spectralNorm(dense)' : 'dense', isNormed ? g.spectralNorm(layer) : layer, [units]);
    },
    () => {
      const units = dice.from(1, 6);
      add('mlp', g.mlp({ sizes: [inputs, dice.from(2, 8), units], ...(activation && { activation }), random }), [
        units,
      ]);
    },
    () => add('residual', g.residual(g.dense({ inputs, units: inputs, activation, random }))),
    () => {
      const units = dice.from(1, 5);
      add(
        'residual of two',
        g.residual(
          g.dense({ inputs, units, activation, random }),
          g.dense({ inputs, units, random: random.fork('beside') }),
        ),
        [units],
      );
    },
    () => {
      const [height, width, channels] = [dice.from(1, 4), dice.from(1, 4), dice.from(1, 3)];
      add(
        'dense, reshape',
        g.sequential([
          g.dense({ inputs, units: height * width * channels, activation, random }),
          g.reshape({ shape: [height, width, channels] }),
        ]),
        [height, width, channels],
      );
    },
    () => {
      const classes = 3;
      if (chain.reads['condition'] && !chain.reads['condition'].classes) return;
      const embedding = g.embedding({ classes, size: 2, random });
      add(
        'withCondition',
        g.withCondition(g.dense({ inputs: inputs + 2, units: 4, activation, random }), embedding),
        [4],
      );
      chain.reads['condition'] = { shape: [], classes };
    },
    () => {
      if (chain.reads['condition']?.classes) return;
      add(
        'withScaleAndShift',
        g.withScaleAndShift(g.layerNorm({ inputs }), g.dense({ inputs: 3, units: 2 * inputs, activation, random })),
      );
      chain.reads['condition'] = { shape: [3] };
    },
    () => {
      const name = dice.one(['kind', 'place']);
      const inner = g.withCondition(
        g.dense({ inputs: inputs + 2, units: 3, activation, random }),
        g.embedding({ classes: 4, size: 2, random }),
      );
      add(`withNamedCondition ${name}`, g.withNamedCondition(inner, { name }), [3]);
      chain.reads[name] = { shape: [], classes: 4, isNamed: true };
    },
  ];
  const line: (() => void)[] = [
    () => {
      const [filters, kernelSize, strides] = [dice.from(1, 6), dice.from(1, 4), dice.from(1, 2)];
      const padding = shape[0]! >= kernelSize && dice.often(0.4) ? 'valid' : 'same';
      const length = Math.ceil((shape[0]! - (padding === 'valid' ? kernelSize - 1 : 0)) / strides);
      add(
        `conv1d ${kernelSize}/${strides} ${padding}`,
        g.conv1d({ inputs, filters, kernelSize, strides, padding, activation, random }),
        [length, filters],
      );
    },
    () => {
      const [filters, kernelSize, strides] = [dice.from(1, 4), dice.from(1, 4), dice.from(1, 3)];
      if (shape[0]! * strides > 20) return;
      add(
        `conv1dTranspose ${kernelSize}/${strides}`,
        g.conv1dTranspose({ inputs, filters, kernelSize, strides, activation, random }),
        [shape[0]! * strides, filters],
      );
    },
    () => {
      if (shape[0]! <= 8) add('upsample1d', g.upsample1d({ factor: 2 }), [shape[0]! * 2, inputs]);
    },
    () => add('attention', g.attention({ inputs, heads: groupsOf(dice, inputs), causal: dice.often(0.4), random })),
    () => {
      if (chain.reads['condition']?.classes) return;
      add('ditBlock', g.ditBlock({ inputs, heads: groupsOf(dice, inputs), conditionSize: 3, random }));
      chain.reads['condition'] = { shape: [3] };
    },
    () => add('flatten', g.flatten(), [shape[0]! * inputs]),
  ];
  const picture: (() => void)[] = [
    () => {
      const [filters, kernelSize, strides] = [dice.from(1, 6), dice.from(1, 4), dice.from(1, 2)];
      const padding = Math.min(shape[0]!, shape[1]!) >= kernelSize && dice.often(0.4) ? 'valid' : 'same';
      const [height, width] = places.map((size) =>
        Math.ceil((size - (padding === 'valid' ? kernelSize - 1 : 0)) / strides),
      );
      const layer = g.conv2d({ inputs, filters, kernelSize, strides, padding, activation, random });
      const isNormed = dice.often(0.2);
      add(
        `${isNormed ? 'spectralNorm of ' : ''}conv2d ${kernelSize}/${strides} ${padding}`,
        isNormed ? g.spectralNorm(layer) : layer,
        [height!, width!, filters],
      );
    },
    () => {
      const [filters, kernelSize, strides] = [dice.from(1, 4), dice.from(1, 4), dice.from(1, 2)];
      if (shape[0]! * strides > 12 || shape[1]! * strides > 12) return;
      add(
        `conv2dTranspose ${kernelSize}/${strides}`,
        g.conv2dTranspose({ inputs, filters, kernelSize, strides, activation, random }),
        [shape[0]! * strides, shape[1]! * strides, filters],
      );
    },
    () => {
      if (Math.max(...places) <= 6) add('upsample', g.upsample({ factor: 2 }), [shape[0]! * 2, shape[1]! * 2, inputs]);
    },
    () => {
      const filters = 2 * dice.from(1, 3);
      if (inputs % 2 !== 0) return;
      add('residualBlock', g.residualBlock({ inputs, filters, groups: 2, random }), [...places, filters]);
    },
    () => {
      if (inputs % 2 !== 0 || chain.reads['condition']?.classes) return;
      add(
        'residualBlock of a condition',
        g.residualBlock({ inputs, filters: 4, groups: 2, conditionSize: 3, random }),
        [...places, 4],
      );
      chain.reads['condition'] = { shape: [3] };
    },
    () => add('attention', g.attention({ inputs, heads: groupsOf(dice, inputs), random })),
    () => {
      if (places.some((size) => size % 2 !== 0)) return;
      const filters = 4 * dice.from(1, 2);
      add('patchwise', g.patchwise(g.conv2d({ inputs: 4 * inputs, filters, kernelSize: 3, activation, random })), [
        ...places,
        filters / 4,
      ]);
    },
    () => {
      if (chain.reads['condition'] && !chain.reads['condition'].classes) return;
      add(
        'withCondition',
        g.withCondition(
          g.conv2d({ inputs: inputs + 2, filters: 4, kernelSize: 3, activation, random }),
          g.embedding({ classes: 3, size: 2, random }),
        ),
        [...places, 4],
      );
      chain.reads['condition'] = { shape: [], classes: 3 };
    },
    () => add('flatten', g.flatten(), [shape.reduce((a, b) => a * b)]),
  ];
  const own = [vector, line, picture][shape.length - 1]!;
  dice.one(dice.often(0.7) ? own : any)();
}

/** A chain of some layers from a shape. */
function chainFrom(dice: Dice, shape: readonly number[], random: g.RandomStream): Chain {
  const chain: Chain = { shape: [...shape], layers: [], names: [], reads: {} };
  const length = dice.from(2, 6);
  for (let tries = 0; chain.layers.length < length && tries < 40; tries++) addLayer(dice, chain, random);
  return chain;
}

const flat = (chain: Chain): number => {
  if (chain.shape.length > 1) chain.layers.push(g.flatten());
  return chain.shape.reduce((a, b) => a * b);
};

const tensorFor = (one: Chain['reads'][string], count: number, seed: number): Tensor =>
  one.classes === undefined
    ? g.createRandom(seed).normal([count, ...one.shape])
    : g.createRandom(seed).integers([count], -1, one.classes);

/** The composition number `index`. */
export function composition(index: number): Composition {
  const dice = new Dice(index * 7919 + 13);
  for (let i = 0; i < 5; i++) dice.below(2);
  const random = g.createRandom(900 + index);
  const kind = dice.one([
    'network',
    'network',
    'network',
    'encoder',
    'decoder',
    'generator',
    'discriminator',
    'denoiser',
  ]);
  if (kind === 'denoiser') return denoiser(dice, index, random);
  const shape =
    kind === 'generator' || kind === 'decoder'
      ? [dice.from(1, 5)]
      : dice.one<() => number[]>([
          () => [dice.from(1, 8)],
          () => [dice.from(3, 9), dice.from(1, 6)],
          () => [dice.from(2, 8), dice.from(2, 8), dice.from(1, 4)],
        ])();
  const chain = chainFrom(dice, shape, random);
  const x = kind === 'generator' || kind === 'decoder' ? 'z' : 'x';
  const made = (
    name: string,
    last: readonly Network[],
    make: (network: Network) => g.Part,
    call: (part: never, x: Tensor, options: ApplyOptions) => Readonly<Record<string, Tensor>>,
  ): Composition => {
    const part = shaken(make(g.sequential([...chain.layers, ...last])));
    const named = Object.entries(chain.reads).filter(([, { isNamed }]) => isNamed);
    return {
      name: `${name} from [${shape.join()}]: ${chain.names.join(', ')}`,
      part,
      inputs: {
        [x]: shape,
        ...Object.fromEntries(
          Object.entries(chain.reads).flatMap(([key, one]) => (one.shape.length > 0 ? [[key, one.shape]] : [])),
        ),
      },
      feeds: (count) => ({
        [x]: g.createRandom(index).normal([count, ...shape]),
        ...Object.fromEntries(
          Object.entries(chain.reads).map(([key, one], i) => [key, tensorFor(one, count, index + i)]),
        ),
      }),
      call: (feeds) => {
        const options = {
          ...(feeds['condition'] && { condition: feeds['condition'] }),
          ...(named.length > 0 && { conditions: Object.fromEntries(named.map(([key]) => [key, feeds[key]!])) }),
        };
        return call(part as never, feeds[x]!, options);
      },
    };
  };
  switch (kind) {
    case 'encoder': {
      const units = flat(chain);
      return made(
        'encoder',
        [g.dense({ inputs: units, units: 4, random })],
        (network) => g.createGaussianEncoder(network, { latentSize: 2 }),
        (part: g.GaussianEncoder, x, options) => ({ ...part.encode(x, options) }),
      );
    }
    case 'decoder': {
      const units = flat(chain);
      const [name, likelihood, size] = dice.one<readonly [string, g.Likelihood, number]>([
        ['bernoulli', g.bernoulli, 1],
        ['gaussian', g.gaussian({ variance: 0.3 }), 1],
        ['learnedGaussian', g.learnedGaussian({ minLogVariance: -3 }), 2],
        ['continuousBernoulli', g.continuousBernoulli, 1],
        ['categorical', g.categorical({ classes: 4 }), 4],
        ['discretizedLogistic', g.discretizedLogistic({ levels: 8 }), 2],
      ]);
      const last = [
        g.dense({ inputs: units, units: 3 * size, random }),
        ...(size === 4 ? [g.reshape({ shape: [3, 4] })] : []),
      ];
      return made(
        `decoder with ${name}`,
        last,
        (network) => g.createDecoder(network, { likelihood }),
        (part: g.Decoder, z, options) => ({ parameters: part.decode(z, options), mean: part.mean(z, options) }),
      );
    }
    case 'generator':
      return made(
        'generator',
        [],
        (network) => g.createGenerator(network, { latentSize: shape[0]! }),
        (part: g.Generator, z, options) => ({ output: part.generate(z, options) }),
      );
    case 'discriminator': {
      const units = flat(chain);
      return made(
        'discriminator',
        [g.dense({ inputs: units, units: 1, random })],
        (network) => g.createDiscriminator(network),
        (part: g.Discriminator, x, options) => ({ output: part.logits(x, options) }),
      );
    }
    default:
      return made(
        'network',
        [],
        (network) => network,
        (part: Network, x, options) => ({ output: part.apply(x, options) }),
      );
  }
}

/** A denoiser of a ready-made network with random options. */
function denoiser(dice: Dice, index: number, random: g.RandomStream): Composition {
  const steps = dice.from(5, 50);
  const schedule = dice.one([g.cosineSchedule, g.linearSchedule, g.flowSchedule])({ steps });
  const classes = dice.often(0.5) ? 3 : undefined;
  const timeSize = 2 * dice.from(1, 4);
  const [name, network, shape] = dice.one<() => readonly [string, Network, number[]]>([
    () => ['denoisingMlp', g.denoisingMlp({ size: 3, width: dice.from(3, 9), classes, random }), [3]],
    () => {
      const widths = dice.one([[4], [2, 4], [4, 2, 6]]);
      const sizes = [1, 2].map(() => 2 ** (widths.length - 1) * dice.from(1, 3));
      const attention = dice.often(0.5) ? [widths.length - 1] : [];
      return [
        'unet',
        g.unet({ channels: 2, widths, groups: 2, blocks: dice.from(1, 2), timeSize, classes, attention, random }),
        [...sizes, 2],
      ];
    },
    () => {
      const widths = dice.one([[4], [2, 4]]);
      return [
        'unet1d',
        g.unet1d({ channels: 2, widths, groups: 2, timeSize, classes, attention: dice.often(0.5) ? [0] : [], random }),
        [2 * dice.from(1, 4), 2],
      ];
    },
    () => {
      const patch = dice.one([1, 2]);
      const size = [patch * dice.from(1, 3), patch * dice.from(1, 3)] as const;
      return [
        'dit',
        g.dit({
          size,
          channels: 1,
          patch,
          width: 4,
          depth: dice.from(1, 2),
          heads: dice.one([1, 2]),
          classes,
          timeSize,
          random,
        }),
        [...size, 1],
      ];
    },
  ])();
  const [target, predicts] = dice.one([
    ['noise', g.predictNoise],
    ['velocity', g.predictVelocity],
    ['sample', g.predictSample],
    ['flow', g.predictFlow],
  ] as const);
  const part = shaken(
    g.createDenoiser(network, {
      schedule:
        target === 'noise' ? g.linearSchedule({ steps }) : target === 'flow' ? g.flowSchedule({ steps }) : schedule,
      predicts,
    }),
  );
  return {
    name: `denoiser of ${target} by ${name} from [${shape.join()}]`,
    part,
    inputs: { x: shape },
    feeds: (count) => ({
      x: g.createRandom(index).normal([count, ...shape]),
      timesteps: g.createRandom(index).integers([count], 0, steps - 1),
      ...(classes && { condition: g.createRandom(index + 1).integers([count], -1, classes) }),
    }),
    call: ({ x, timesteps, condition }) => ({ ...part.estimate(x!, timesteps!, condition && { condition }) }),
  };
}
