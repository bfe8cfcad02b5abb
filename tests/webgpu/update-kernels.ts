import type { AdamFactors } from '../../src/operations/adam.js';
import type { Given, KernelCase } from './kernel-cases.js';

const total = (x: readonly number[]): number => x.reduce((sum, value) => sum + value, 0);
const isFine = (...lists: readonly (readonly number[])[]): boolean => lists.flat().every(Number.isFinite);
const spoiled = (x: readonly number[], isSpoiled: boolean): number[] =>
  x.map((v, i) => (isSpoiled && i === 0 ? NaN : v));

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

/** The kernels of a trainer's updates. */
export const updateKernels: readonly KernelCase[] = [
  {
    kernel: 'GenerativeAdam',
    shapes: (n) => ({ skipped: [], moments: [2, n + 3 + 1], g0: [n], g1: [3], p0: [n], p1: [3] }),
    attributes: () => adamFactors,
    draw: { moments: (u) => 0.5 + Math.abs(u) },
    formula: adam,
  },
  {
    kernel: 'GenerativeFlaw',
    shapes: (n) => ({ x: [n], ...several(n, 's') }),
    formula: ({ x, ...others }) => [spoiled(x!, !isFine(...Object.values(others)))],
  },
  {
    kernel: 'GenerativeChoose',
    shapes: (n) => ({ c0: [], ...several(n, 'ab') }),
    draw: { c0: (u) => Number(u > 0) },
    formula: (given) => names(given['c0']![0] === 1 ? 'a' : 'b').map((name) => given[name]!),
  },
  {
    kernel: 'GenerativeChoose',
    shapes: (n) => ({ c0: [], c1: [], ...several(n, 'ab') }),
    draw: { c0: () => 5, c1: () => 5 },
    formula: (given) => names(given['c0']![0] === given['c1']![0] ? 'a' : 'b').map((name) => given[name]!),
  },
  ...[false, true].map((mayOverflow): KernelCase => ({
    kernel: 'GenerativeAverage',
    shapes: (n) => several(n, 'ax'),
    attributes: () => ({ share: 0.25, mayOverflow }),
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
    kernel: 'GenerativeClip',
    shapes: (n) => several(n, 'g'),
    attributes: () => ({ norm }),
    formula: (given) => clipped(given, norm),
    tolerance: { relative: 1e-5 },
  })),
];
