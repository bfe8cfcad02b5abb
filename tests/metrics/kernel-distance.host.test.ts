import { describe, expect, it } from 'vitest';
import { kernelDistance } from '../../src/metrics/index.js';
import { kernelDistanceOf } from '../../src/metrics/kernel-distance.js';
import { golden, goldenTensor } from '../support/golden.js';
import { mean, measured, normalRows, type Rows } from './sets.js';

/** The definition in float64. */
function expectedDistance(a: Rows, b: Rows): number {
  const kernel = (x: readonly number[], y: readonly number[]): number =>
    (x.reduce((sum, value, k) => sum + value * y[k]!, 0) / x.length + 1) ** 3;
  const within = (rows: Rows): number =>
    mean(rows.flatMap((x, i) => rows.filter((_, j) => j !== i).map((y) => kernel(x, y))));
  return within(a) + within(b) - 2 * mean(a.flatMap((x) => b.map((y) => kernel(x, y))));
}

const valueOf = async (a: Rows, b: Rows): Promise<number> =>
  (await measured((x, y) => kernelDistance(x, y), a, b)).value;
const featuresOf = (rows: Rows) => ({
  values: Float32Array.from(rows.flat()),
  count: rows.length,
  size: rows[0]!.length,
});

describe('kernelDistance', () => {
  it('agrees with PyTorch in float64', async () => {
    const { a, b, kid } = golden('metrics');
    const [x, y] = [goldenTensor(a), goldenTensor(b)];
    const { value } = await kernelDistance(x, y);
    x.dispose();
    y.dispose();
    expect(Math.abs(value / kid - 1)).toBeLessThan(1e-6);
  });

  it.each([
    [2, 2, 1, 1],
    [20, 31, 6, 1],
    [9, 4, 90, 1],
    [20, 31, 6, 3e19],
    [9, 4, 90, 5e37],
  ])('of %i and %i rows of %i features about %d is the definition in float64', async (n, m, size, scale) => {
    const a = await normalRows(1, n, size, 0, scale);
    const b = await normalRows(2, m, size, 0.3 * scale, scale);
    const expected = expectedDistance(a, b);
    expect(Math.abs((await valueOf(a, b)) - expected)).toBeLessThan(1e-10 * Math.max(1, Math.abs(expected)));
  });

  it('is the same from moments and from pairs, with more rows than a block', async () => {
    const a = featuresOf(await normalRows(3, 700, 12));
    const b = featuresOf(await normalRows(4, 450, 12, 0.1));
    const pairs = kernelDistanceOf(a, b, 'pairs');
    expect(Math.abs(kernelDistanceOf(a, b, 'moments') - pairs)).toBeLessThan(1e-11);
  });

  it('stays accurate where the means of the kernel are a million times their difference', async () => {
    const a = await normalRows(5, 40, 5, 30);
    const b = await normalRows(6, 40, 5, 30);
    const expected = expectedDistance(a, b);
    expect(Math.abs((await valueOf(a, b)) - expected)).toBeLessThan(1e-6 * Math.abs(expected));
  });

  it('is unbiased: over splits of one set its mean is 0 within three standard errors', async () => {
    const values: number[] = [];
    for (let seed = 0; seed < 60; seed++) {
      const rows = await normalRows(100 + seed, 40, 3);
      values.push(await valueOf(rows.slice(0, 25), rows.slice(25)));
    }
    const average = mean(values);
    const variance = mean(values.map((value) => (value - average) ** 2));
    expect(Math.abs(average)).toBeLessThan(3 * Math.sqrt(variance / values.length));
    expect(Math.min(...values)).toBeLessThan(0);
  });

  it('grows with a shift', async () => {
    const a = await normalRows(7, 200, 4);
    const values: number[] = [];
    for (const shift of [0.5, 1, 2]) values.push(await valueOf(a, await normalRows(8, 200, 4, shift)));
    expect(values[0]).toBeGreaterThan(0.1);
    expect(values[1]).toBeGreaterThan(2 * values[0]!);
    expect(values[2]).toBeGreaterThan(2 * values[1]!);
  });

  it('states its protocol', async () => {
    const a = await normalRows(6, 5, 3);
    const { protocol } = await measured((x) => kernelDistance(x, x), a);
    expect(protocol).toBe(
      'unbiased squared MMD, kernel (x.y/d + 1)^3, all pairs, in float64; 5 rows of `a` and 5 of `b`, 3 features',
    );
  });
});
