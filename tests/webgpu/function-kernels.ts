import type { Given, KernelCase } from './kernel-cases.js';

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

/** A kernel of rows of three numbers: its formula for one row, and the place of that in the others. */
function ofRows(
  kernel: string,
  names: readonly string[],
  formula: (row: Given, dy: number) => readonly (readonly number[])[],
  more: Partial<KernelCase> = {},
): KernelCase {
  const isGradient = kernel.endsWith('Gradient');
  return {
    kernel: `Generative${kernel}`,
    shapes: (n) => ({ ...Object.fromEntries(names.map((name) => [name, [n, 3]])), ...(isGradient && { dy: [n] }) }),
    attributes: (n) => ({ rows: n }),
    formula: (given) => {
      const rows = Array.from({ length: given[names[0]!]!.length / 3 }, (_, i) => {
        const row = Object.fromEntries(names.map((name) => [name, given[name]!.slice(3 * i, 3 * i + 3)]));
        return formula(row, given['dy']?.[i] ?? 1);
      });
      const count = formula(Object.fromEntries(names.map((name) => [name, [1, 1, 1]])), 1).length;
      return Array.from({ length: count }, (_, k) => rows.flatMap((outputs) => outputs[k]!));
    },
    ...more,
  };
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
    kernel: 'GenerativeGaussianSample',
    shapes: (n) => ({ mean: [n], logVariance: [n], noise: [2, n] }),
    formula: ({ mean: m, logVariance, noise }) => {
      const n = m!.length;
      return [noise!.map((z, i) => m![i % n]! + Math.exp(logVariance![i % n]! / 2) * z)];
    },
  },
  {
    kernel: 'GenerativeGaussianSampleGradient',
    shapes: (n) => ({ logVariance: [n], noise: [2, n], dy: [2, n] }),
    formula: ({ logVariance, noise, dy }) => [
      noise!.map((z, i) => 0.5 * dy![i]! * Math.exp(logVariance![i % logVariance!.length]! / 2) * z),
    ],
  },
  ofRows(
    'Bernoulli',
    ['x', 'logits'],
    ({ x, logits }) => [[3 * mean(logits!.map((l, i) => x![i]! * l - Math.max(l, 0) - softplus(-Math.abs(l))))]],
    { draw: { x: between }, least: 1 },
  ),
  ofRows(
    'BernoulliGradient',
    ['x', 'logits'],
    ({ x, logits }, dy) => [logits!.map((l, i) => dy * (x![i]! - logistic(l)))],
    { draw: { x: between } },
  ),
  ofRows(
    'GaussianKl',
    ['mean', 'logVariance'],
    ({ mean: m, logVariance }) => [[1.5 * mean(logVariance!.map((l, i) => Math.expm1(l) - l + m![i]! ** 2))]],
    { least: 1 },
  ),
  ofRows('GaussianKlGradient', ['mean', 'logVariance'], ({ mean: m, logVariance }, dy) => [
    m!.map((x) => dy * x),
    logVariance!.map((l) => 0.5 * dy * Math.expm1(l)),
  ]),
  ...[1, -1].flatMap((sign): KernelCase[] => [
    {
      kernel: 'GenerativeMeanSoftplus',
      shapes: (n) => ({ x: [n] }),
      attributes: () => ({ sign }),
      least: 1,
      formula: ({ x }) => [[mean(x!.map((one) => softplus(sign * one)))]],
    },
    {
      kernel: 'GenerativeMeanSoftplusGradient',
      shapes: (n) => ({ x: [n], dy: [] }),
      attributes: () => ({ sign }),
      least: 1,
      formula: ({ x, dy }) => [x!.map((one) => (dy![0]! * sign * logistic(sign * one)) / x!.length)],
    },
  ]),
  {
    kernel: 'GenerativeMeanSquaredDifference',
    shapes: (n) => ({ a: [n], b: [n] }),
    least: 1,
    formula: ({ a, b }) => {
      const difference = a!.map((one, i) => one - b![i]!);
      return [[mean(difference.map((d) => d * d))], difference];
    },
  },
];
