import { describe, expect, it } from 'vitest';
import { nearestNeighbours } from '../../src/metrics/index.js';
import { balls, gridRows, mean, measured, normalRows, squaredDistance, type Rows } from './sets.js';

function expected(samples: Rows, data: Rows, quantile: number) {
  const own = balls(data, 1);
  const limit = [...own].sort((left, right) => left - right)[Math.ceil(quantile * data.length) - 1]!;
  const all = samples.map((x) => data.map((y) => squaredDistance(x, y)));
  const indices = all.map((row) => row.indexOf(Math.min(...row)));
  const squares = all.map((row, i) => row[indices[i]!]!);
  return {
    indices,
    distances: squares.map(Math.sqrt),
    threshold: Math.sqrt(limit),
    duplicates: mean(squares.map((square) => Number(square <= limit))),
    authenticity: mean(squares.map((square, i) => Number(square > own[indices[i]!]!))),
  };
}

const found = async (samples: Rows, data: Rows, quantile?: number) => {
  const { indices, distances, ...rest } = await measured(
    (x, y) => nearestNeighbours(x, y, { quantile }),
    samples,
    data,
  );
  return { ...rest, indices: Array.from(indices), distances: Array.from(distances) };
};

describe('nearestNeighbours', () => {
  it.each([
    { name: 'normal', samples: () => normalRows(1, 40, 6), data: () => normalRows(2, 70, 6) },
    { name: 'far from 0', samples: () => normalRows(1, 30, 3, 2000), data: () => normalRows(2, 50, 3, 2000) },
    { name: 'about 3e19', samples: () => normalRows(11, 30, 3, 0, 3e19), data: () => normalRows(12, 40, 3, 0, 3e19) },
    { name: 'about 5e37', samples: () => normalRows(11, 30, 3, 0, 5e37), data: () => normalRows(12, 40, 3, 0, 5e37) },
    { name: 'a small grid, full of ties', samples: () => gridRows(3, 50, 2, 6), data: () => gridRows(4, 30, 2, 6) },
  ])('of $name are those of float64, the first of equally near ones', async ({ samples, data }) => {
    const [a, b] = [await samples(), await data()];
    for (const quantile of [0.01, 0.5, 1]) {
      expect(await found(a, b, quantile)).toMatchObject(expected(a, b, quantile));
    }
  });

  it('finds planted copies, exact and nearly so', async () => {
    const data = await normalRows(5, 200, 8);
    const fresh = await normalRows(6, 90, 8);
    const exact = data.slice(40, 45);
    const nearly = data.slice(70, 75).map((row) => row.map((value) => value + 1e-3));
    const { indices, distances, duplicates, authenticity } = await found([...fresh, ...exact, ...nearly], data);
    expect(indices.slice(90)).toEqual([40, 41, 42, 43, 44, 70, 71, 72, 73, 74]);
    expect(distances.slice(90, 95)).toEqual([0, 0, 0, 0, 0]);
    expect(duplicates).toBeGreaterThanOrEqual(0.1);
    expect(duplicates).toBeLessThan(0.15);
    expect(authenticity).toBeLessThan(0.9);
  });

  it('finds in fresh data a share of duplicates near the quantile and an authenticity of about a half', async () => {
    const { duplicates, authenticity } = await found(await normalRows(7, 600, 4), await normalRows(8, 600, 4), 0.1);
    expect(Math.abs(duplicates - 0.1)).toBeLessThan(0.05);
    expect(Math.abs(authenticity - 0.5)).toBeLessThan(0.1);
  });

  it('finds only copies in the data itself', async () => {
    const data = await normalRows(9, 30, 3);
    expect(await found(data, data)).toMatchObject({ duplicates: 1, authenticity: 0, indices: data.map((_, i) => i) });
  });

  it('compares training examples between groups, and samples with those distances', async () => {
    const data = await normalRows(12, 60, 4);
    const groups = data.map((_, i) => i % 20);
    const versions = data.map((row, i) => (i < 20 ? row : data[i % 20]!.map((value, k) => value + 1e-3 * (k + i))));
    const samples = [...(await normalRows(13, 30, 4)), versions[41]!.map((value) => value + 0.01)];
    const { relativeDistances, distances, indices, authenticity, threshold } = await measured(
      (x, y) => nearestNeighbours(x, y, { groups }),
      samples,
      versions,
    );
    const between = versions.map((x, i) =>
      Math.min(...versions.filter((_, j) => groups[j] !== groups[i]).map((y) => Math.sqrt(squaredDistance(x, y)))),
    );
    relativeDistances.forEach((relative, i) => expect(relative).toBeCloseTo(distances[i]! / between[indices[i]!]!, 5));
    expect(groups[indices[30]!]).toBe(1);
    expect(relativeDistances[30]).toBeLessThan(0.1);
    expect(authenticity).toBe(mean(Array.from(relativeDistances, (relative) => Number(relative > 1))));
    expect(threshold).toBeCloseTo(Math.min(...between), 5);
  });

  it('finds relative distances of 0 for copies, and infinite ones from examples that are repeated in other groups', async () => {
    const data = [[0], [0], [5]];
    const { relativeDistances } = await measured((x, y) => nearestNeighbours(x, y), [[0], [1], [5], [7]], data);
    expect(Array.from(relativeDistances)).toEqual([0, Infinity, 0, 0.4]);
  });

  it('states its protocol', async () => {
    const data = await normalRows(10, 5, 3);
    const { protocol } = await measured((x) => nearestNeighbours(x, x, { features: 'pixels' }), data);
    expect(protocol).toBe(
      "nearest of the data; duplicates up to quantile 0.01 of the data's own nearest distances; " +
        '5 rows of `samples` and 5 of `data`, 3 features (pixels)',
    );
  });
});
