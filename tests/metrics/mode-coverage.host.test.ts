import { describe, expect, it } from 'vitest';
import { modeCoverage } from '../../src/metrics/index.js';
import { measured, normalRows, type Rows } from './sets.js';

const ring: Rows = Array.from({ length: 8 }, (_, i) => [Math.cos((i * Math.PI) / 4), Math.sin((i * Math.PI) / 4)]);

const found = (samples: Rows, centers: Rows, standardDeviation: number) =>
  measured((x, y) => modeCoverage(x, { centers: y, standardDeviation, seed: 5 }), samples, centers);

describe('modeCoverage', () => {
  it('counts modes and samples exactly, including the border', async () => {
    const centers = [
      [0, 0],
      [10, 0],
      [0, 10],
      [10, 10],
    ];
    // With a standard deviation of 0.5 a sample may be 1.5 away.
    const samples = [
      [0, 0],
      [0.5, 0],
      [1.5, 0],
      [0, 1.5625],
      [10, 1.5],
      [5, 5],
      [10, 11],
      [12, 12],
    ];
    expect(await found(samples, centers, 0.5)).toMatchObject({ modes: 3, highQuality: 5 / 8 });
  });

  it('assigns a sample only to its nearest center', async () => {
    expect(await found([[0.4]], [[0], [1]], 1)).toMatchObject({ modes: 1, highQuality: 1 });
    expect(await found([[0.5]], [[0], [1]], 1)).toMatchObject({ modes: 1, highQuality: 1 });
  });

  it('counts modes as far apart as float32 allows', async () => {
    const far = ring.map((row) => row.map((value) => 3e38 * value));
    expect(await found(far.slice(2), far, 1e37)).toMatchObject({ modes: 6, highQuality: 1 });
  });

  it('of samples far from all modes is 0', async () => {
    expect(await found([[9, 9]], ring, 0.02)).toMatchObject({ modes: 0, highQuality: 0 });
  });

  it('finds all modes in samples of the data, and misses exp(-9/2) of the samples', async () => {
    const noise = await normalRows(1, 20_000, 2, 0, 0.02);
    const samples = noise.map(([x, y], i) => [ring[i % 8]![0]! + x!, ring[i % 8]![1]! + y!]);
    const { modes, highQuality } = await found(samples, ring, 0.02);
    expect(modes).toBe(8);
    expect(Math.abs(1 - highQuality - Math.exp(-4.5))).toBeLessThan(3e-3);
  });

  it('detects a collapse', async () => {
    const noise = await normalRows(2, 100, 2, 0, 0.01);
    const samples = noise.map(([x, y], i) => [ring[i % 2]![0]! + x!, ring[i % 2]![1]! + y!]);
    expect((await found(samples, ring, 0.02)).modes).toBe(2);
  });

  it('states its protocol', async () => {
    expect((await found([[0, 1]], ring, 0.02)).protocol).toBe(
      'modes with a sample within 3 standard deviations of 0.02 of the nearest center; ' +
        '1 rows of `samples` and 8 of `centers`, 2 features, seed 5',
    );
  });
});
