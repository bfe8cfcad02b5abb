import type { KernelCase } from './kernel-cases.js';

const sum = (x: readonly number[]): number => x.reduce((total, value) => total + value, 0);
const counted = <T>(length: number, make: (i: number) => T): T[] => Array.from({ length }, (_, i) => make(i));
const positive = (u: number): number => 0.5 + Math.abs(u);

const weightAt = (i: number): number => (i % 16) / 8 - 1;
const TURNS = [0.159, 0.0159, 0.159, 0.0159];
const [ROWS, CHANNELS, EPSILON] = [4, 6, 0.01];
/** Places of an input `[n, ROWS, CHANNELS]`: all numbers, with the unit that is normalized together and the channel. */
function placesOf(n: number, examples: number, groups: number) {
  return counted(n * ROWS * CHANNELS, (i) => {
    const channel = i % CHANNELS;
    const example = examples === 1 ? 0 : Math.floor(i / (ROWS * CHANNELS));
    return { i, channel, unit: example * groups + Math.floor(channel / (CHANNELS / groups)) };
  });
}

/** Normalisation over groups of channels of an example, or over all examples. */
function normalizations(ofExamples: boolean): KernelCase[] {
  const groups = ofExamples ? 2 : CHANNELS;
  const examplesOf = (n: number): number => (ofExamples ? n : 1);
  const attributes = (n: number): object => ({ examples: examplesOf(n), groups, epsilon: EPSILON });
  const unitsOf = (numbers: readonly number[]) => {
    const n = numbers.length / ROWS / CHANNELS;
    const places = placesOf(n, examplesOf(n), groups);
    const members = counted(examplesOf(n) * groups, () => [] as (typeof places)[number][]);
    for (const place of places) members[place.unit]!.push(place);
    return { places, members, count: n === 0 ? 1 : members[0]!.length };
  };
  return [
    {
      kernel: 'GenerativeNormalize',
      shapes: (n) => ({ x: [n, ROWS, CHANNELS], scale: [CHANNELS], offset: [CHANNELS] }),
      attributes,
      formula: ({ x, scale, offset }) => {
        const { places, members, count } = unitsOf(x!);
        const means = members.map((own) => sum(own.map(({ i }) => x![i]!)) / count);
        const variances = members.map((own, unit) => sum(own.map(({ i }) => (x![i]! - means[unit]!) ** 2)) / count);
        const y = places.map(({ i, unit, channel }) => {
          return (
            ((x![i]! - means[unit]!) / Math.sqrt(variances[unit]! + EPSILON)) * scale![channel]! + offset![channel]!
          );
        });
        return [y, means, variances];
      },
      tolerance: { relative: 1e-5, absolute: 1e-5 },
    },
    {
      kernel: 'GenerativeNormalizeGradient',
      shapes: (n) => {
        const vector = [examplesOf(n), groups];
        const x = [n, ROWS, CHANNELS];
        return { x, dy: x, scale: [CHANNELS], means: vector, variances: vector };
      },
      attributes,
      draw: { variances: positive },
      formula: ({ x, dy, scale, means, variances }) => {
        const { places, members, count } = unitsOf(x!);
        const deviations = variances!.map((variance) => Math.sqrt(variance + EPSILON));
        const hat = places.map(({ i, unit }) => (x![i]! - means![unit]!) / deviations[unit]!);
        const slopes = places.map(({ i, channel }) => dy![i]! * scale![channel]!);
        const means1 = members.map((own) => sum(own.map(({ i }) => slopes[i]!)) / count);
        const means2 = members.map((own) => sum(own.map(({ i }) => slopes[i]! * hat[i]!)) / count);
        const ofChannel = (f: (i: number) => number): number[] =>
          counted(CHANNELS, (c) => sum(places.filter(({ channel }) => channel === c).map(({ i }) => f(i))));
        return [
          places.map(({ i, unit }) => (slopes[i]! - means1[unit]! - hat[i]! * means2[unit]!) / deviations[unit]!),
          ofChannel((i) => dy![i]! * hat[i]!),
          ofChannel((i) => dy![i]!),
        ];
      },
      tolerance: { relative: 1e-5, absolute: 1e-4 },
    },
  ];
}

/** A scale and a shift of each channel of an example, and their gradient. */
const conditions = (rows: number): KernelCase[] => [
  {
    kernel: 'GenerativeScaleAndShift',
    least: 1,
    shapes: (n) => ({ x: [n, rows, CHANNELS], vectors: [n, 2 * CHANNELS] }),
    formula: ({ x, vectors }) => [
      x!.map((one, i) => {
        const at = 2 * CHANNELS * Math.floor(i / (rows * CHANNELS)) + (i % CHANNELS);
        return one * (1 + vectors![at]!) + vectors![at + CHANNELS]!;
      }),
    ],
  },
  {
    kernel: 'GenerativeScaleAndShiftGradient',
    least: 1,
    shapes: (n) => ({ x: [n, rows, CHANNELS], vectors: [n, 2 * CHANNELS], dy: [n, rows, CHANNELS] }),
    formula: ({ x, vectors, dy }) => {
      const place = (example: number, row: number, c: number): number => (example * rows + row) * CHANNELS + c;
      return [
        dy!.map((d, i) => d * (1 + vectors![2 * CHANNELS * Math.floor(i / (rows * CHANNELS)) + (i % CHANNELS)]!)),
        counted(vectors!.length, (at) => {
          const [example, c] = [Math.floor(at / (2 * CHANNELS)), at % (2 * CHANNELS)];
          const places = counted(rows, (row) => place(example, row, c % CHANNELS));
          return sum(places.map((i) => dy![i]! * (c < CHANNELS ? x![i]! : 1)));
        }),
      ];
    },
    tolerance: { relative: 1e-5, absolute: 1e-5 },
  },
];

/** Normalisations, conditions, mixtures and what else layers consist of. */
export const layerKernels: readonly KernelCase[] = [
  ...normalizations(true),
  ...normalizations(false),
  {
    kernel: 'GenerativeMoveStatistics',
    shapes: (n) => ({ movingMean: [n], movingVariance: [n], mean: [n], variance: [n] }),
    attributes: () => ({ kept: 0.9, mean: 0.1, variance: 0.11 }),
    least: 1,
    formula: ({ movingMean, movingVariance, mean, variance }) => [
      movingMean!.map((old, i) => old * 0.9 + mean![i]! * 0.1),
      movingVariance!.map((old, i) => old * 0.9 + variance![i]! * 0.11),
    ],
  },
  {
    kernel: 'GenerativeSoftmaxGradient',
    shapes: (n) => ({ y: [n, 3], dy: [n, 3] }),
    formula: ({ y, dy }) => {
      const sums = counted(y!.length / 3, (row) => sum(counted(3, (c) => y![3 * row + c]! * dy![3 * row + c]!)));
      return [y!.map((one, i) => one * (dy![i]! - sums[Math.floor(i / 3)]!))];
    },
  },
  {
    kernel: 'GenerativeMixture',
    shapes: (n) => ({ z: [n, 2], means: [3, 2], logVariances: [3, 2], logWeights: [3] }),
    formula: ({ z, means, logVariances, logWeights }) => [
      counted((z!.length / 2) * 3, (i) => {
        const [point, k] = [Math.floor(i / 3), i % 3];
        const terms = counted(2, (j) => {
          const l = logVariances![2 * k + j]!;
          return l + Math.log(2 * Math.PI) + (z![2 * point + j]! - means![2 * k + j]!) ** 2 / Math.exp(l);
        });
        return logWeights![k]! - 0.5 * sum(terms);
      }),
    ],
    tolerance: { relative: 1e-5, absolute: 1e-5 },
  },
  ...conditions(ROWS),
  // more vectors than numbers
  ...conditions(1),
  {
    kernel: 'GenerativeMix',
    shapes: (n) => ({ a: [n, 3], b: [n, 3] }),
    attributes: (n) => ({ weights: counted(2 * n, weightAt) }),
    least: 1,
    formula: ({ a, b }) => [
      a!.map((one, i) => {
        const row = 2 * Math.floor(i / 3);
        return weightAt(row) * one + weightAt(row + 1) * b![i]!;
      }),
    ],
  },
  {
    kernel: 'GenerativeWaves',
    shapes: (n) => ({ timesteps: [n] }),
    attributes: () => ({ turnsPerStep: Float32Array.from(TURNS) }),
    draw: { timesteps: (u) => Math.round((u + 2) * 250) },
    integers: ['timesteps'],
    least: 1,
    // rounded as on all devices; a cosine is a sine that is a quarter turn ahead
    formula: ({ timesteps }) => [
      timesteps!.flatMap((t) =>
        TURNS.map((turn, k) => {
          const turns = Math.fround(t * Math.fround(turn));
          return Math.sin(2 * Math.PI * (Math.fround(turns + (k < 2 ? 0 : 0.25)) % 1));
        }),
      ),
    ],
  },
];
