import { describe, expect, it } from 'vitest';
import { densityCoverage, precisionRecall } from '../../src/metrics/index.js';
import { kthNeighbours } from '../../src/metrics/neighbours.js';
import { balls, gridRows, mean, measured, normalRows, squaredDistance, type Rows } from './sets.js';

const share = (flags: boolean[]): number => mean(flags.map(Number));

/** As in the papers' own code: precision and recall include the border, density and coverage do not. */
function expected(real: Rows, fake: Rows, k: number) {
  const [realBalls, fakeBalls] = [balls(real, k), balls(fake, k)];
  const distances = fake.map((x) => real.map((y) => squaredDistance(x, y)));
  return {
    precision: share(fake.map((_, i) => real.some((_, j) => distances[i]![j]! <= realBalls[j]!))),
    recall: share(real.map((_, j) => fake.some((_, i) => distances[i]![j]! <= fakeBalls[i]!))),
    density: mean(fake.map((_, i) => real.filter((_, j) => distances[i]![j]! < realBalls[j]!).length)) / k,
    coverage: share(real.map((_, j) => Math.min(...distances.map((row) => row[j]!)) < realBalls[j]!)),
  };
}

/** Two sets of another scale. */
const sets = (scale: number) => ({
  real: () => normalRows(18, 60, 4, 0, scale),
  fake: () => normalRows(19, 50, 4, scale / 2, scale),
});

async function all(real: Rows, fake: Rows, neighbours?: number) {
  const first = await measured((x, y) => precisionRecall(x, y, { neighbours }), real, fake);
  const second = await measured((x, y) => densityCoverage(x, y, { neighbours }), real, fake);
  return { ...first, ...second };
}

describe('precisionRecall and densityCoverage', () => {
  it('on a line are as counted by hand', async () => {
    // The balls of the real with k = 1: [0, 2] around 1, [0, 1] ... each reaches 1; those of the fakes 0.25, 0.25, 6.
    const real = [[0], [1], [2], [3]];
    const fake = [[2.5], [2.75], [9]];
    // 9 is in no ball. 3 is on the border of the ball around 2.75, and 2 in none.
    expect(await all(real, fake, 1)).toMatchObject({
      precision: 2 / 3,
      recall: 1 / 4,
      density: 4 / 3,
      coverage: 1 / 2,
    });
  });

  it('count the border for precision and recall, and not for density and coverage', async () => {
    expect(await all([[0], [1]], [[2], [3]], 1)).toMatchObject({
      precision: 1 / 2,
      recall: 1 / 2,
      density: 0,
      coverage: 0,
    });
  });

  it('of one set with itself are 1 for any number of neighbours', async () => {
    const rows = await normalRows(1, 40, 3);
    for (const neighbours of [1, 4]) {
      expect(await all(rows, rows, neighbours)).toMatchObject({ precision: 1, recall: 1, coverage: 1 });
    }
  });

  it('distinguish the kinds of failure: a missing mode, a false one', async () => {
    const [left, right] = [await normalRows(2, 60, 2), await normalRows(3, 60, 2, 50)];
    const [left2, right2] = [await normalRows(4, 60, 2), await normalRows(5, 60, 2, 50)];
    const dropped = await all([...left, ...right], left2, 3);
    expect(dropped.precision).toBeGreaterThan(0.8);
    expect(dropped.recall).toBeLessThan(0.51);
    expect(dropped.coverage).toBeLessThan(0.51);
    const added = await all(left, [...left2, ...right2], 3);
    expect(added.precision).toBeLessThan(0.51);
    expect(added.density).toBeLessThan(0.7);
    expect(added.recall).toBeGreaterThan(0.8);
  });

  it.each([
    { name: 'normal', real: () => normalRows(6, 70, 5), fake: () => normalRows(7, 50, 5, 0.4) },
    { name: 'far from 0', real: () => normalRows(6, 60, 4, 1000), fake: () => normalRows(7, 60, 4, 1000.4) },
    {
      name: 'two far clusters',
      real: () => normalRows(8, 50, 3, 0, 1e-4),
      fake: async () => [...(await normalRows(9, 30, 3, 0, 1e-4)), ...(await normalRows(9, 30, 3, 1e3))],
    },
    { name: 'a small grid, full of ties', real: () => gridRows(10, 80, 3, 4), fake: () => gridRows(11, 60, 3, 4) },
    { name: 'numbers whose products float32 cannot hold', ...sets(3e19) },
    { name: 'nearly the largest numbers', ...sets(5e37) },
    { name: 'numbers whose products vanish in float32', ...sets(1e-30) },
    { name: 'a grid far away', real: () => gridRows(12, 40, 9, 200), fake: () => gridRows(13, 40, 9, 150) },
  ])('of $name are those of float64, to the last pair', async ({ real, fake }) => {
    const [a, b] = [await real(), await fake()];
    for (const neighbours of [1, 3, 5]) {
      const { precision, recall, density, coverage } = await all(a, b, neighbours);
      const wanted = expected(a, b, neighbours);
      expect({ precision, recall, coverage }).toEqual({
        precision: wanted.precision,
        recall: wanted.recall,
        coverage: wanted.coverage,
      });
      expect(density).toBeCloseTo(wanted.density, 12);
    }
  });

  it('for two sets from one distribution have density near 1 and coverage near 1 - 2^-k', async () => {
    const { density, coverage } = await all(await normalRows(14, 500, 4), await normalRows(15, 500, 4), 5);
    expect(Math.abs(density - 1)).toBeLessThan(0.1);
    expect(Math.abs(coverage - (1 - 2 ** -5))).toBeLessThan(0.03);
  });

  it('take 3 and 5 neighbours by default, and state their protocol', async () => {
    const rows = await normalRows(16, 8, 2);
    const first = await measured((x) => precisionRecall(x, x, { seed: 3 }), rows);
    expect(first.protocol).toBe(
      'precision and recall, balls to neighbour 3, border included; 8 rows of `real` and 8 of `fake`, 2 features, seed 3',
    );
    const second = await measured((x) => densityCoverage(x, x, { features: 'raw' }), rows);
    expect(second.protocol).toBe(
      'density and coverage, balls to neighbour 5, border excluded; 8 rows of `real` and 8 of `fake`, 2 features (raw)',
    );
  });
});

describe('kthNeighbours', () => {
  it('does not depend on the size of the blocks', async () => {
    const rows = await normalRows(17, 37, 3);
    const features = { values: Float32Array.from(rows.flat()), count: 37, size: 3 };
    const whole = await kthNeighbours(features, features, 2);
    expect(Array.from(whole.squares)).toEqual(balls(rows, 2));
    for (const atOnce of [1, 37 * 4, 37 * 36]) {
      expect(await kthNeighbours(features, features, 2, { atOnce })).toEqual(whole);
    }
  });
});
