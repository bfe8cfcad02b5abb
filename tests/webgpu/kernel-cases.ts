import {
  AVERAGE_KERNEL,
  CHOOSE_KERNEL,
  CLIP_KERNEL,
  FLAW_KERNEL,
  GELU_KERNEL,
  SLOPE_KERNEL,
  SWISH_KERNEL,
} from '../../src/tensor/own-kernels.js';
import { ADAM_KERNEL, type AdamFactors } from '../../src/operations/adam.js';
import type { Tolerance } from '../support/close.js';

/** Numbers of inputs, by name. */
export type Given = Readonly<Record<string, readonly number[]>>;

/** A kernel with what it must compute; the laws of kernels.test.ts hold for each. */
export interface KernelCase {
  readonly kernel: string;
  /** The shapes of its inputs for a size, which may be 0. */
  readonly shapes: (n: number) => Readonly<Record<string, readonly number[]>>;
  readonly attributes?: object;
  /** What becomes of numbers from -2 to 2 before an input of this name has them. */
  readonly draw?: Readonly<Record<string, (u: number) => number>>;
  /** The outputs, in float64. */
  readonly formula: (given: Given) => readonly (readonly number[])[];
  readonly tolerance?: Tolerance;
}

const logistic = (x: number): number => 1 / (1 + Math.exp(-x));
const total = (x: readonly number[]): number => x.reduce((sum, value) => sum + value, 0);
const isFine = (...lists: readonly (readonly number[])[]): boolean => lists.flat().every(Number.isFinite);
const spoiled = (x: readonly number[], isSpoiled: boolean): number[] =>
  x.map((v, i) => (isSpoiled && i === 0 ? NaN : v));
/** A kernel that computes each number of its output from those of its inputs at the same place. */
function ofEachNumber(kernel: string, names: readonly string[], f: (...x: number[]) => number, attributes?: object) {
  return {
    kernel,
    shapes: (n: number) => Object.fromEntries(names.map((name) => [name, [n]])),
    formula: (given: Given) => [given[names[0]!]!.map((_, i) => f(...names.map((name) => given[name]![i]!)))],
    ...(attributes && { attributes }),
  } satisfies KernelCase;
}

/** Gelu as tfjs has it, with formula 7.1.26 of Abramowitz and Stegun: good to 1.5e-7. */
function gelu(x: number): number {
  let [sum, term] = [0, x / Math.SQRT2];
  for (let k = 0; k < 60; k++, term *= -(x * x) / 2 / k) sum += term / (2 * k + 1);
  return 0.5 * x * (1 + (2 / Math.sqrt(Math.PI)) * sum);
}

const adamFactors: AdamFactors = {
  mean: { share: 0.1, keep: 1, pull: 1 },
  square: { share: 0.01, keep: 1, pull: 1 },
  rate: 0.1,
  epsilon: 1e-3,
  kept: 0.9,
  least: 1e-20,
};

function adam(given: Given): number[][] {
  const { skipped, moments, g0, g1, p0, p1 } = given as Record<string, number[]>;
  const g = [...g0!, ...g1!];
  if (
    !isFine(
      g,
      g.map((one) => Math.fround(one * one)),
    )
  )
    return [[skipped![0]! + 1], moments!, p0!, p1!];
  const row = moments!.length / 2;
  const [m, v] = [moments!.slice(0, row), moments!.slice(row)];
  const next = (old: number, now: number, share: number): number => old + (now - old) * share;
  const news = [...g, 1];
  const nextM = m.map((old, i) => next(old, news[i]!, 0.1));
  const nextV = v.map((old, i) => next(old, news[i]! ** 2, 0.01));
  const p = [...p0!, ...p1!].map((old, i) => {
    const size = Math.sqrt(nextV[i]! / nextV[row - 1]!) + adamFactors.epsilon;
    return old * adamFactors.kept - (nextM[i]! * adamFactors.rate) / nextM[row - 1]! / size;
  });
  return [skipped!, [...nextM, ...nextV], p.slice(0, p0!.length), p.slice(p0!.length)];
}

function clipped(given: Given, norm: number): number[][] {
  const size = Math.sqrt(total(Object.values(given).flatMap((g) => g.map((one) => one * one))));
  // a number that is not finite spoils all
  const scale = Number.isFinite(size) ? norm / Math.max(norm, size) : NaN;
  return Object.values(given).map((g) => g.map((one) => one * scale));
}

const count = 9;
const names = (letter: string): string[] => Array.from({ length: count }, (_, i) => letter + i);
/** More tensors than a shader may have, of different sizes. */
const several = (n: number, letters: string): Record<string, number[]> =>
  Object.fromEntries([...letters].flatMap((letter) => names(letter).map((name, i) => [name, [n + i]])));

export const kernelCases: readonly KernelCase[] = [
  {
    kernel: ADAM_KERNEL,
    shapes: (n) => ({ skipped: [], moments: [2, n + 3 + 1], g0: [n], g1: [3], p0: [n], p1: [3] }),
    attributes: adamFactors,
    draw: { moments: (u) => 0.5 + Math.abs(u) },
    formula: adam,
  },
  {
    kernel: FLAW_KERNEL,
    shapes: (n) => ({ x: [n], ...several(n, 's') }),
    formula: ({ x, ...others }) => [spoiled(x!, !isFine(...Object.values(others)))],
  },
  {
    kernel: CHOOSE_KERNEL,
    shapes: (n) => ({ c0: [], ...several(n, 'ab') }),
    draw: { c0: (u) => Number(u > 0) },
    formula: (given) => names(given['c0']![0] === 1 ? 'a' : 'b').map((name) => given[name]!),
  },
  {
    kernel: CHOOSE_KERNEL,
    shapes: (n) => ({ c0: [], c1: [], ...several(n, 'ab') }),
    draw: { c0: () => 5, c1: () => 5 },
    formula: (given) => names(given['c0']![0] === given['c1']![0] ? 'a' : 'b').map((name) => given[name]!),
  },
  ...[false, true].map((mayOverflow): KernelCase => ({
    kernel: AVERAGE_KERNEL,
    shapes: (n) => several(n, 'ax'),
    attributes: { share: 0.25, mayOverflow },
    formula: (given) =>
      names('a').map((name, k) =>
        given[name]!.map((a, i) => {
          const next = a + 0.25 * (given[`x${k}`]![i]! - a);
          return mayOverflow && !Number.isFinite(next) ? a : next;
        }),
      ),
  })),
  // above and below the norm
  ...[0.5, 1e6].map((norm): KernelCase => ({
    kernel: CLIP_KERNEL,
    shapes: (n) => several(n, 'g'),
    attributes: { norm },
    formula: (given) => clipped(given, norm),
    tolerance: { relative: 1e-5 },
  })),
  ofEachNumber(SLOPE_KERNEL, ['dy', 'y'], (dy, y) => dy * (Number.isNaN(y) ? NaN : y > 0 ? 1 : 0.3), { alpha: 0.3 }),
  ofEachNumber(SWISH_KERNEL, ['x'], (x) => x * logistic(x)),
  { ...ofEachNumber(GELU_KERNEL, ['x'], gelu), tolerance: { absolute: 1e-6 } },
];
