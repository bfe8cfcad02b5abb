import { describe, expect, it } from 'vitest';
import { frechetDistance } from '../../src/metrics/index.js';
import { symmetricEigenvalues } from '../math/symmetric-eigenvalues.js';
import { golden, goldenTensor } from '../support/golden.js';
import { mean, measured, normalRows, type Rows } from './sets.js';

/** Four rows with a given mean and, in two dimensions, the covariance [[p, r], [r, q]] exactly. */
function fourRows([x, y]: readonly [number, number], [p, q, r]: readonly [number, number, number]): Rows {
  // +- the columns of the Cholesky factor L, times the root of 3 / 2: their unbiased covariance is L L^T.
  const scale = Math.sqrt(1.5);
  const first = Math.sqrt(p);
  const columns = [
    [scale * first, (scale * r) / first],
    [0, scale * Math.sqrt(q - (r / first) ** 2)],
  ];
  return columns.flatMap(([u, v]) => [
    [x + u!, y + v!],
    [x - u!, y - v!],
  ]);
}

function centered(rows: Rows): Rows {
  const means = rows[0]!.map((_, k) => mean(rows.map((row) => row[k]!)));
  return rows.map((row) => row.map((value, k) => value - means[k]!));
}

/** In float64 from products of rows: trace((C_a C_b)^(1/2)) is the sum of the singular values of A B^T. */
function expectedDistance(a: Rows, b: Rows): number {
  const [x, y] = [centered(a), centered(b)];
  const [n, m] = [a.length - 1, b.length - 1];
  const dot = (u: readonly number[], v: readonly number[]): number =>
    u.reduce((sum, value, k) => sum + value * v[k]!, 0);
  const products = x.map((u) => y.map((v) => dot(u, v) / Math.sqrt(n * m)));
  const squares = symmetricEigenvalues(products.map((u) => products.map((v) => dot(u, v))));
  const root = squares.reduce((sum, value) => sum + Math.sqrt(Math.max(0, value)), 0);
  const trace = (rows: Rows, count: number): number => rows.reduce((sum, row) => sum + dot(row, row), 0) / count;
  const shift = a[0]!.map((_, k) => mean(a.map((row) => row[k]!)) - mean(b.map((row) => row[k]!)));
  return dot(shift, shift) + trace(x, n) + trace(y, m) - 2 * root;
}

const valueOf = async (a: Rows, b: Rows): Promise<number> =>
  (await measured((x, y) => frechetDistance(x, y), a, b)).value;

describe('frechetDistance', () => {
  it('agrees with PyTorch in float64', async () => {
    const { a, b, frechet } = golden('metrics');
    const [x, y] = [goldenTensor(a), goldenTensor(b)];
    const { value } = await frechetDistance(x, y);
    x.dispose();
    y.dispose();
    expect(Math.abs(value / frechet - 1)).toBeLessThan(1e-6);
  });

  it.each([
    { a: [2, 3, 0.5], b: [1, 4, -1.2] },
    { a: [1, 1, 0], b: [1, 1, 0.9] },
    { a: [4, 0.01, 0.1], b: [0.02, 5, -0.2] },
  ] as const)('of Gaussians with covariances $a and $b that do not commute is the closed form', async ({ a, b }) => {
    const [p, q, r] = a;
    const [s, t, u] = b;
    const determinants = (p * q - r * r) * (s * t - u * u);
    // The eigenvalues of C_a C_b are positive, and (l + m) of their roots squared is trace + 2 root(determinant).
    const root = Math.sqrt(p * s + 2 * r * u + q * t + 2 * Math.sqrt(determinants));
    const expected = 9 + 16 + p + q + s + t - 2 * root;
    expect(await valueOf(fourRows([1, 2], a), fourRows([-2, 6], b))).toBeCloseTo(expected, 5);
  });

  it.each([
    [5, 7, 20],
    [3, 40, 12],
    [2, 2, 60],
    [30, 25, 1],
  ])(
    'of %i and %i rows with %i features, fewer than features or not, agrees with that from products of rows',
    async (n, m, size) => {
      const a = await normalRows(1, n, size, 0.5);
      const b = await normalRows(2, m, size, -0.5, 2);
      const expected = expectedDistance(a, b);
      expect(Math.abs((await valueOf(a, b)) - expected)).toBeLessThan(1e-6 * expected);
    },
  );

  it.each([2 ** 64, 2 ** 124, 2 ** -120])('grows with the square of the features: %d times', async (factor) => {
    const [a, b] = [await normalRows(8, 30, 6), await normalRows(9, 20, 6, 0.5, 2)];
    const times = (rows: Rows): Rows => rows.map((row) => row.map((value) => value * factor));
    const expected = factor ** 2 * expectedDistance(a, b);
    expect(Math.abs((await valueOf(times(a), times(b))) / expected - 1)).toBeLessThan(1e-6);
    // one set may be large and the other small
    const mixed = await valueOf(times(a), b);
    expect(Math.abs(mixed / (await valueOf(b, times(a))) - 1)).toBeLessThan(1e-6);
  });

  it('is 0 for the same rows in another order, and symmetric', async () => {
    const a = await normalRows(3, 60, 24, 10);
    const b = await normalRows(4, 20, 24);
    const there = await valueOf(a, b);
    expect(await valueOf(a, [...a].reverse())).toBeLessThan(1e-8 * there);
    expect(Math.abs((await valueOf(b, a)) - there)).toBeLessThan(1e-9 * there);
  });

  it('is the squared length of a shift of all rows, even far from 0', async () => {
    const a = await normalRows(5, 50, 8, 1000);
    const b = a.map((row) => row.map((value) => value + 0.5));
    expect(await valueOf(a, b)).toBeCloseTo(8 * 0.25, 6);
  });

  it('of sets without any spread is the distance of their means', async () => {
    const [a, b] = [Array.from({ length: 3 }, () => [1, 2]), Array.from({ length: 4 }, () => [4, 6])];
    expect(await valueOf(a, b)).toBe(25);
  });

  it('states its protocol', async () => {
    const a = await normalRows(6, 5, 3);
    const { protocol } = await measured((x) => frechetDistance(x, x, { features: 'raw', seed: 7 }), a);
    expect(protocol).toBe(
      'squared Frechet distance of Gaussians, unbiased covariances, in float64; ' +
        '5 rows of `a` and 5 of `b`, 3 features (raw), seed 7',
    );
  });
});
