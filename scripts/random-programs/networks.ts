import type { Draw } from './draw.js';
import { call, exported, own, type Expression } from './expression.js';

/** The size of an example, without the batch: of a vector, `[length, channels]`, or `[height, width, channels]`. */
export type Shape = readonly number[];

export const stream = (d: Draw): Expression => call('createRandom', d.integer(0, 99));

const activations = ['relu', 'leakyRelu', 'elu', 'gelu', 'swish', 'tanh', 'sigmoid', 'softplus'];
export const activation = (d: Draw): Expression | undefined => d.maybe(() => exported(d.pick(activations)));

/** Any network from one shape to another. */
export function network(d: Draw, from: Shape, to: Shape, depth = 2): Expression {
  if (depth > 0 && d.chance(0.12)) return frozen(d, network(d, from, to, depth - 1));
  if (depth > 0 && d.chance(0.08)) return own('gained', { body: network(d, from, to, depth - 1) });
  const ways = waysOf(from, to);
  return d.pick(ways)(d, from, to, depth);
}

/** The network frozen, or all of it but a place, which it may not have. */
export const frozen = (d: Draw, body: Expression, places: readonly string[] = ['0', '1', 'last']): Expression =>
  call('freeze', body, ...(d.chance(0.4) ? [{ except: [d.pick(places)] }] : []));

type Way = (d: Draw, from: Shape, to: Shape, depth: number) => Expression;

function waysOf(from: Shape, to: Shape): readonly Way[] {
  if (from.length === 1 && to.length === 1) return vectorToVector(from, to);
  // on cpu, a convolution of larger images takes long
  if (isDcgan(from) && to[0] === 1) return [convEncoder, discriminator];
  if (from.length === 3 && to.length === 1)
    return to[0] === 1 && isDcgan(from) ? [convEncoder, flat, discriminator] : [convEncoder, flat];
  if (from.length === 1 && to.length === 3)
    return isDcgan(to) ? [convDecoder, unflat, generator] : [convDecoder, unflat];
  if (from.length === 3 && to.length === 3) return sameSpace(from, to) ? imageToImage(from, to) : [throughVector];
  if (from.length === 2 && to.length === 2 && from[0] === to[0]) return sequenceToSequence(from, to);
  return [throughVector];
}

const sameSpace = (from: Shape, to: Shape): boolean => from[0] === to[0] && from[1] === to[1];
const isDcgan = ([height, width]: Shape): boolean => height! % 4 === 0 && width! % 4 === 0 && height! >= 8;

const vectorToVector = ([a]: Shape, [b]: Shape): readonly Way[] => [
  mlp,
  mlp,
  layers,
  layers,
  dense,
  ...(a === b ? [residual, normed, throughVector] : []),
];

const mlp: Way = (d, [a], [b]) =>
  call('mlp', {
    sizes: [a!, ...Array.from({ length: d.integer(0, 2) }, () => d.integer(1, 5)), b!],
    activation: activation(d),
    random: stream(d),
  });

const dense: Way = (d, [a], [b]) => {
  const layer = call('dense', { inputs: a!, units: b!, activation: activation(d), random: stream(d) });
  return d.chance(0.2)
    ? call('spectralNorm', layer, ...(d.chance(0.3) ? [{ iterations: d.integer(1, 3) }] : []))
    : layer;
};

/** A layer from a vector to one of the same size. */
export function sameSize(d: Draw, size: number, depth: number): Expression {
  const groups = d.pick([1, 2, 3].filter((n) => size % n === 0));
  const all: readonly (() => Expression)[] = [
    () =>
      call('layerNorm', { inputs: size, activation: activation(d), epsilon: d.maybe(() => d.pick([1e-5, 1e-3]), 0.2) }),
    () =>
      call('batchNorm', { inputs: size, activation: activation(d), momentum: d.maybe(() => d.pick([0.5, 0.9]), 0.3) }),
    () => call('groupNorm', { inputs: size, groups, activation: activation(d) }),
    () => call('dropout', { rate: d.pick([0, 0.1, 0.5]) }),
    () => call('gaussianNoise', { standardDeviation: d.pick([0, 0.1, 1]) }),
    () => own('scale', { size }),
    () => own('sine', {}),
    () => own('byHand', { body: network(d, [size], [size], depth - 1) }),
    () =>
      call('attention', {
        inputs: size,
        heads: d.pick([undefined, groups]),
        causal: d.maybe(() => d.chance(0.5)),
        random: stream(d),
      }),
  ];
  const vectors = all.slice(0, depth > 0 ? 8 : 7);
  return d.pick(vectors)();
}

const normed: Way = (d, [a], _, depth) => sameSize(d, a!, depth);

const layers: Way = (d, [a], [b], depth) => {
  const hidden = d.integer(2, 6);
  const middle = d.chance(0.2)
    ? [call('glu')]
    : d.chance(0.1)
      ? [call('minibatchStddev', ...(d.chance(0.5) ? [{ groupSize: 1 }] : []))]
      : [];
  const glu = middle[0]?.is === 'call' && middle[0].name === 'glu';
  const width = glu ? 2 * hidden : hidden;
  const after = middle.length === 0 ? hidden : glu ? hidden : hidden + 1;
  return call('sequential', [
    network(d, [a!], [width], depth - 1),
    ...middle,
    ...(d.chance(0.6) ? [sameSize(d, after, depth - 1)] : []),
    network(d, [after], [b!], 0),
  ]);
};

const residual: Way = (d, from, to, depth) =>
  d.chance(0.5)
    ? call('residual', network(d, from, to, depth - 1))
    : call('residual', network(d, from, to, depth - 1), network(d, from, to, 0));

const convEncoder: Way = (d, from, [b]) =>
  call('convEncoder', {
    shape: from,
    widths: [d.integer(1, 3)],
    outputs: b!,
    activation: activation(d),
    random: stream(d),
  });

const convDecoder: Way = (d, [a], to) =>
  call('convDecoder', {
    inputs: a!,
    shape: to,
    widths: [d.integer(1, 3)],
    activation: activation(d),
    random: stream(d),
  });

const product = (shape: Shape): number => shape.reduce((all, size) => all * size, 1);

const flat: Way = (d, from, to, depth) =>
  call('sequential', [
    ...(d.chance(0.5) ? [network(d, from, from, 0)] : []),
    call('flatten'),
    network(d, [product(from)], to, depth - 1),
  ]);

const unflat: Way = (d, from, to, depth) => {
  const [height, width, channels] = to as [number, number, number];
  if (height % 2 === 1 || width % 2 === 1 || d.chance(0.5))
    return call('sequential', [network(d, from, [product(to)], depth - 1), call('reshape', { shape: to })]);
  const inner = d.integer(1, 3);
  const small = [height / 2, width / 2, inner];
  const grown = d.chance(0.5)
    ? [
        call('conv2dTranspose', {
          inputs: inner,
          filters: channels,
          kernelSize: d.integer(2, 4),
          strides: 2,
          random: stream(d),
        }),
      ]
    : [call('upsample', ...(d.chance(0.5) ? [{ factor: 2 }] : [])), conv2d(d, [height, width, inner], to)];
  return call('sequential', [network(d, from, [product(small)], 0), call('reshape', { shape: small }), ...grown]);
};

const discriminator: Way = (d, from) =>
  call('dcganDiscriminator', {
    shape: from,
    width: d.integer(1, 2),
    norm: d.pick([undefined, exported('layerNorm'), own('layerNormed')]),
    random: stream(d),
  });

const generator: Way = (d, [a], to) =>
  call('dcganGenerator', { latentSize: a!, shape: to, width: d.integer(1, 2), random: stream(d) });

const imageToImage = (from: Shape, to: Shape): readonly Way[] => [
  conv2d,
  residualBlock,
  imageLayers,
  ...(from[0]! % 2 === 0 && from[1]! % 2 === 0 && from[2]! <= 4 ? [patchwise] : []),
  ...(from[2] === to[2] ? [imageNorm] : []),
];

function conv2d(d: Draw, from: Shape, to: Shape): Expression {
  const layer = call(d.chance(0.8) ? 'conv2d' : 'conv2dTranspose', {
    inputs: from[2]!,
    filters: to[2]!,
    kernelSize: d.chance(0.8) ? d.integer(1, 3) : [d.integer(1, 3), d.integer(1, 4)],
    activation: activation(d),
    padding: d.maybe(() => 'same', 0.2),
    random: stream(d),
  });
  return d.chance(0.15) ? call('spectralNorm', layer) : layer;
}

const residualBlock: Way = (d, from, to) =>
  call('residualBlock', {
    inputs: from[2]!,
    filters: to[2]!,
    groups: 1,
    dropoutRate: d.maybe(() => 0.2, 0.3),
    activation: activation(d),
    random: stream(d),
  });

const imageLayers: Way = (d, from, to, depth) => {
  const middle = [from[0]!, from[1]!, d.integer(1, 4)];
  return call('sequential', [network(d, from, middle, depth - 1), network(d, middle, to, 0)]);
};

const patchwise: Way = (d, [height, width, channels], to) =>
  call(
    'patchwise',
    network(d, [height! / 2, width! / 2, 4 * channels!], [height! / 2, width! / 2, 4 * to[2]!], 0),
    ...(d.chance(0.5) ? [{ size: 2 }] : []),
  );

const imageNorm: Way = (d, [, , channels], _, depth) =>
  d.chance(0.25)
    ? call('attention', { inputs: channels!, heads: d.maybe(() => 1), random: stream(d) })
    : sameSize(d, channels!, Math.min(depth, 0));

const sequenceToSequence = (from: Shape, to: Shape): readonly Way[] => [
  conv1d,
  ...(from[1] === to[1] ? [sequenceLayer] : []),
];

const conv1d: Way = (d, from, to) =>
  call(d.chance(0.8) ? 'conv1d' : 'conv1dTranspose', {
    inputs: from[1]!,
    filters: to[1]!,
    kernelSize: d.integer(1, 4),
    activation: activation(d),
    random: stream(d),
  });

const sequenceLayer: Way = (d, [, channels]) =>
  d.chance(0.5)
    ? call('attention', { inputs: channels!, causal: d.maybe(() => true), random: stream(d) })
    : sameSize(d, channels!, 0);

const throughVector: Way = (d, from, to, depth) => {
  const middle = [d.integer(1, 5)];
  return call('sequential', [
    ...(from.length === 2
      ? [call('flatten'), network(d, [product(from)], middle, 0)]
      : [network(d, from, middle, depth - 1)]),
    ...(to.length === 2
      ? [network(d, middle, [product(to)], 0), call('reshape', { shape: to })]
      : [network(d, middle, to, 0)]),
  ]);
};
