import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/random/index.js';

const count = 100_000;

function mean(values: ArrayLike<number>, of: (value: number, i: number) => number): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += of(values[i]!, i);
  return sum / values.length;
}

/** The largest distance between the empirical and the given distribution function, times sqrt(n). */
function kolmogorovSmirnov(values: ArrayLike<number>, cumulative: (value: number) => number): number {
  const sorted = Float64Array.from(values).sort();
  let distance = 0;
  sorted.forEach((value, i) => {
    const p = cumulative(value);
    distance = Math.max(distance, (i + 1) / sorted.length - p, p - i / sorted.length);
  });
  return distance * Math.sqrt(sorted.length);
}

// The statistic exceeds 2.3 with probability 2 exp(-2 x 2.3^2) = 5e-5, a 4-sigma event.
const fourSigmaDistance = 2.3;

/** The standard normal distribution function by Simpson's rule from 0. */
function normalCumulative(x: number): number {
  const steps = 40;
  const h = Math.abs(x) / steps;
  const density = (t: number) => Math.exp(-0.5 * t * t) / Math.sqrt(2 * Math.PI);
  let sum = density(0) + density(x);
  for (let i = 1; i < steps; i++) sum += (i % 2 === 0 ? 2 : 4) * density(i * h);
  return 0.5 + (Math.sign(x) * sum * h) / 3;
}

/** Pearson's chi-square for equally likely cells, in standard deviations from its mean. */
function chiSquare(counts: ArrayLike<number>, total: number): number {
  const expected = total / counts.length;
  let sum = 0;
  for (let i = 0; i < counts.length; i++) sum += (counts[i]! - expected) ** 2 / expected;
  const freedom = counts.length - 1;
  return (sum - freedom) / Math.sqrt(2 * freedom);
}

describe('normal', () => {
  it.each([0, 1, 12345])('has the moments and the distribution of a standard normal, seed %i', async (seed) => {
    const x = await createRandom(seed).normal([count]).data();
    const bound = (variance: number) => 4 * Math.sqrt(variance / count);
    expect(Math.abs(mean(x, (v) => v))).toBeLessThan(bound(1));
    expect(Math.abs(mean(x, (v) => v ** 2) - 1)).toBeLessThan(bound(2));
    expect(Math.abs(mean(x, (v) => v ** 3))).toBeLessThan(bound(15));
    expect(Math.abs(mean(x, (v) => v ** 4) - 3)).toBeLessThan(bound(96));
    expect(kolmogorovSmirnov(x, normalCumulative)).toBeLessThan(fourSigmaDistance);
  });

  it('has no correlation of values or of squares at the distances of its lanes and blocks', async () => {
    const x = await createRandom(2).normal([count]).data();
    for (const lag of [1, 2, 3, 4, 5, 7, 8, 12, 16, 784]) {
      const pairs = x.slice(0, count - lag);
      expect(Math.abs(mean(pairs, (v, i) => v * x[i + lag]!))).toBeLessThan(4 / Math.sqrt(pairs.length));
      const squares = mean(pairs, (v, i) => (v ** 2 - 1) * (x[i + lag]! ** 2 - 1));
      expect(Math.abs(squares)).toBeLessThan((4 * 2) / Math.sqrt(pairs.length));
    }
  });
});

describe('uniform', () => {
  it.each([0, 7])('is uniform, seed %i', async (seed) => {
    const u = await createRandom(seed).uniform([count]).data();
    expect(kolmogorovSmirnov(u, (v) => v)).toBeLessThan(fourSigmaDistance);
    for (const lag of [1, 4, 8]) {
      const correlation = 12 * mean(u.slice(0, count - lag), (v, i) => (v - 0.5) * (u[i + lag]! - 0.5));
      expect(Math.abs(correlation)).toBeLessThan(4 / Math.sqrt(count - lag));
    }
  });

  it('stays in [low, high), even where float32 has only a few numbers between them', async () => {
    const step = 2 ** -23;
    for (const [low, high] of [
      [1, 1 + step],
      [1, 1 + 4 * step],
      [-1 - step, -1],
      [-(2 ** -149), 0],
      [-3, 5],
      [16_777_215, 16_777_217],
      [-1e38, 1e38],
    ] as const) {
      const u = await createRandom(4).uniform([1000], low, high).data();
      expect(u.every((v) => v >= Math.fround(low) && v < Math.fround(high))).toBe(true);
    }
  });
});

describe('integers', () => {
  it('are equally likely', async () => {
    for (const [low, high] of [
      [0, 2],
      [-3, 7],
      [100, 355],
    ] as const) {
      const counts = new Uint32Array(high - low);
      const n = await createRandom(11).integers([count], low, high).data();
      n.forEach((value) => counts[value - low]!++);
      expect(counts.reduce((sum, c) => sum + c)).toBe(count);
      expect(Math.abs(chiSquare(counts, count))).toBeLessThan(4);
    }
  });

  it('cover the whole range of int32', async () => {
    const n = await createRandom(12)
      .integers([10_000], -(2 ** 31), 2 ** 31)
      .data();
    const counts = new Uint32Array(16);
    n.forEach((value) => counts[Math.floor((value + 2 ** 31) / 2 ** 28)]!++);
    expect(Math.abs(chiSquare(counts, n.length))).toBeLessThan(4);
  });

  it('can only be `low` if `high` follows it', async () => {
    expect(Array.from(await createRandom(0).integers([5], -2, -1).data())).toEqual([-2, -2, -2, -2, -2]);
  });
});

describe('permutation', () => {
  it('contains each index once', () => {
    const random = createRandom(0);
    for (const n of [0, 1, 2, 3, 100, 4099]) {
      const order = random.permutation(n);
      expect(order).toBeInstanceOf(Uint32Array);
      expect(Array.from(order).sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
    }
  });

  it('gives each of the 24 orders of four things equally often', () => {
    const random = createRandom(1);
    const counts = new Map<string, number>();
    for (let i = 0; i < 24_000; i++) {
      const order = random.permutation(4).join();
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    expect(Math.abs(chiSquare([...counts.values()], 24_000))).toBeLessThan(4);
  });
});
