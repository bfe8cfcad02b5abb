import type { KernelCase } from './kernel-cases.js';

const logistic = (x: number): number => 1 / (1 + Math.exp(-x));
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const mean = (x: readonly number[]): number => x.reduce((sum, value) => sum + value, 0) / x.length;
const between = (u: number): number => (u + 2) / 4;

/** The share of normals below x, by a series that converges for what tests draw. */
function normalBelow(x: number): number {
  let [sum, term] = [0, x / Math.SQRT2];
  for (let k = 0; k < 60; k++) {
    sum += term / (2 * k + 1);
    term *= -(x * x) / 2 / (k + 1);
  }
  return 0.5 + sum / Math.sqrt(Math.PI);
}

/** A kernel that computes each number of its output from those of its inputs at the same place. */
function ofEachNumber(
  kernel: string,
  names: readonly string[],
  f: (...x: number[]) => number,
  attributes?: object,
): KernelCase {
  return {
    kernel: `Generative${kernel}`,
    shapes: (n) => Object.fromEntries(names.map((name) => [name, [n]])),
    attributes: () => attributes ?? {},
    formula: (given) => [given[names[0]!]!.map((_, i) => f(...names.map((name) => given[name]![i]!)))],
  };
}

/** The gradient of an activation with this slope. */
const slope = (name: string, f: (x: number) => number): KernelCase =>
  ofEachNumber(`${name}Gradient`, ['x', 'dy'], (x, dy) => dy * (Number.isNaN(x) ? x : f(x)));

/** A kernel of rows of three numbers: the formula for one row, to whose sum `dy` belongs. */
function ofRows(
  kernel: string,
  [first, second]: readonly [string, string],
  formula: (x0: readonly number[], x1: readonly number[], dy: number) => readonly (readonly number[])[],
  draw: KernelCase['draw'] = {},
): KernelCase {
  return {
    kernel: `Generative${kernel}`,
    shapes: (n) => ({ [first]: [n, 3], [second]: [n, 3], ...(kernel.endsWith('Gradient') && { dy: [n, 1] }) }),
    attributes: () => ({ axes: [1] }),
    draw,
    least: 1,
    formula: ({ [first]: x0, [second]: x1, dy }) => {
      const row = (x: readonly number[] | undefined, i: number): number[] => x!.slice(3 * i, 3 * i + 3);
      const rows = Array.from({ length: x0!.length / 3 }, (_, i) => formula(row(x0, i), row(x1, i), dy?.[i] ?? 1));
      return rows[0]!.map((_, k) => rows.flatMap((outputs) => outputs[k]!));
    },
  };
}

/** Log-densities of examples of three numbers, and their gradients. */
function densities(
  kernel: string,
  names: readonly string[],
  attributes: object | undefined,
  density: (x: number, mean: number, logVariance?: number) => number,
  slopes: (x: number, mean: number, logVariance?: number) => readonly number[],
): KernelCase[] {
  const shapes = (n: number) => Object.fromEntries(names.map((name) => [name, [n, 3]]));
  const each = <T>(
    given: Readonly<Record<string, readonly number[]>>,
    f: (...x: [number, number, number?]) => T,
  ): T[] => given['x']!.map((_, i) => f(...(names.map((name) => given[name]![i]!) as [number, number, number?])));
  const shared = { attributes: () => attributes ?? {}, least: 1 };
  return [
    {
      ...shared,
      kernel: `Generative${kernel}`,
      shapes,
      formula: (given) => {
        const terms = each(given, density);
        return [terms.filter((_, i) => i % 3 === 0).map((_, row) => 3 * mean(terms.slice(3 * row, 3 * row + 3)))];
      },
    },
    {
      ...shared,
      kernel: `Generative${kernel}Gradient`,
      shapes: (n) => ({ ...shapes(n), dy: [n] }),
      formula: (given) => {
        const own = each(given, slopes);
        return names.map((_, k) => own.map((numbers, i) => numbers[k]! * given['dy']![Math.floor(i / 3)]!));
      },
    },
  ];
}

/** Activations, likelihoods and samples. */
export const functionKernels: readonly KernelCase[] = [
  ofEachNumber('Slope', ['dy', 'y'], (dy, y) => dy * (Number.isNaN(y) ? y : y > 0 ? 1 : 0.3), { alpha: 0.3 }),
  ofEachNumber('Swish', ['x'], (x) => x * logistic(x)),
  ofEachNumber('Gelu', ['x'], (x) => x * normalBelow(x)),
  slope('Relu', (x) => Number(x > 0)),
  slope('LeakyRelu', (x) => (x > 0 ? 1 : 0.2)),
  slope('Sigmoid', (x) => logistic(x) * logistic(-x)),
  slope('Tanh', (x) => 4 * logistic(2 * x) * logistic(-2 * x)),
  slope('Softplus', logistic),
  slope('Elu', (x) => (x > 0 ? 1 : Math.exp(x))),
  slope('Swish', (x) => logistic(x) * (1 + x * logistic(-x))),
  slope('Gelu', (x) => normalBelow(x) + (x * Math.exp(-0.5 * x * x)) / Math.sqrt(2 * Math.PI)),
  {
    ...ofEachNumber('GaussianSample', ['mean', 'logVariance', 'noise'], (mean, l, z) => mean + Math.exp(l / 2) * z),
    least: 1,
  },
  {
    kernel: 'GenerativeGaussianSampleGradient',
    shapes: (n) => ({ mean: [n], logVariance: [n], noise: [n], dy: [n] }),
    least: 1,
    formula: ({ logVariance, noise, dy }) => {
      const slopes = dy!.map((d, i) => d * Math.exp(logVariance![i]! / 2));
      return [dy!, slopes.map((slope, i) => 0.5 * slope * noise![i]!), slopes];
    },
  },
  ofRows(
    'Bernoulli',
    ['x', 'logits'],
    (x, logits) => [[3 * mean(logits.map((l, i) => x[i]! * l - Math.max(l, 0) - softplus(-Math.abs(l))))]],
    { x: between },
  ),
  ofRows(
    'BernoulliGradient',
    ['x', 'logits'],
    (x, logits, dy) => [logits.map((l) => dy * l), logits.map((l, i) => dy * (x[i]! - logistic(l)))],
    { x: between },
  ),
  ofRows('GaussianKl', ['logVariance', 'mean'], (logs, means) => [
    [1.5 * mean(logs.map((l, i) => Math.expm1(l) - l + means[i]! ** 2))],
  ]),
  ofRows('GaussianKlGradient', ['logVariance', 'mean'], (logs, means, dy) => [
    logs.map((l) => 0.5 * dy * Math.expm1(l)),
    means.map((one) => dy * one),
  ]),
  {
    kernel: 'GenerativeMeanSquaredDifference',
    shapes: (n) => ({ a: [n], b: [n] }),
    attributes: () => ({}),
    least: 1,
    formula: ({ a, b }) => {
      const difference = a!.map((one, i) => one - b![i]!);
      return [[mean(difference.map((d) => d * d))], difference];
    },
  },
  {
    kernel: 'GenerativeMeanSquaredDifferenceGradient',
    shapes: (n) => ({ difference: [n], dy: [] }),
    attributes: () => ({}),
    least: 1,
    formula: ({ difference, dy }) => {
      const slopes = difference!.map((d) => (2 * dy![0]! * d) / difference!.length);
      return [slopes, slopes.map((slope) => -slope)];
    },
  },
  ...densities(
    'GaussianLogProb',
    ['x', 'mean', 'logVariance'],
    undefined,
    (x, m, l) => -0.5 * (Math.log(2 * Math.PI) + l! + (x - m) ** 2 * Math.exp(-l!)),
    (x, m, l) => {
      const slope = (x - m) * Math.exp(-l!);
      return [-slope, slope, 0.5 * (slope * (x - m) - 1)];
    },
  ),
  ...densities(
    'FixedGaussianLogProb',
    ['x', 'mean'],
    { variance: 0.3, constant: 0.7 },
    (x, m) => -0.5 * (0.7 + (x - m) ** 2 / 0.3),
    (x, m) => [-(x - m) / 0.3, (x - m) / 0.3],
  ),
  ...['Dropout', 'DropoutGradient'].map((kernel) =>
    ofEachNumber(kernel, [kernel === 'Dropout' ? 'x' : 'dy', 'draws'], (x, u) => (u >= 0.2 ? x / 0.8 : 0), {
      rate: 0.2,
    }),
  ),
];
