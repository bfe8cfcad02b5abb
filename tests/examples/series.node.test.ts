import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../src/index.js';
import { rocAuc } from '../../src/metrics/index.js';
import { plantAnomalies } from '../../examples/series/anomalies.js';
import {
  conditionalMoments,
  drawWindows,
  laws,
  rowsOf,
  STEPS,
  type Law,
  type Windows,
} from '../../examples/series/law.js';
import { fitLinearModels } from '../../examples/shared/linear-models.js';
import { runExample } from './run-example.js';

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'series-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

const channels = 3;
const size = STEPS * channels;

describe.each(Object.entries(laws))('the law of the %s', (_name, law) => {
  it('has moments without anything known as integrals over the phase give them', () => {
    const { mean, deviation } = conditionalMoments(law, new Float64Array(size), () => false);
    mean.forEach((x) => expect(Math.abs(x)).toBeLessThan(1e-9));
    deviation.forEach((x) => expect(x).toBeCloseTo(Math.sqrt(0.5 + 0.01), 9));
  });

  it('has conditional moments that standardise its own windows', async () => {
    const { values, count } = await drawWindows(law, 24, createRandom(3));
    const isKnown = (place: number): boolean => Math.floor(place / channels) < 16;
    let [sum, n] = [0, 0];
    for (let i = 0; i < count; i++) {
      const window = values.subarray(i * size, (i + 1) * size);
      const { mean, deviation } = conditionalMoments(law, window, isKnown);
      window.forEach((x, j) => {
        if (isKnown(j)) return;
        sum += ((x - mean[j]!) / deviation[j]!) ** 2;
        n++;
      });
    }
    // the numbers of a window share two latents: 24 windows leave a few per cent
    expect(Math.abs(sum / n - 1)).toBeLessThan(0.15);
  });
});

it('plants an anomaly of twelve steps in one sensor of each window', async () => {
  const windows = await drawWindows(laws.wheel, 6, createRandom(4));
  for (const [kind, { values }] of Object.entries(plantAnomalies(windows))) {
    for (let i = 0; i < 6; i++) {
      const changed = new Set<number>();
      for (let j = 0; j < size; j++) {
        if (values[i * size + j] !== windows.values[i * size + j]) changed.add(j);
      }
      expect([kind, i, changed.size]).toEqual([kind, i, 12]);
      expect([...changed].every((j) => j % channels === i % channels)).toBe(true);
    }
  }
});

describe('the linear models', () => {
  it('almost separate the wheel, with the components that validation chooses, and cannot separate the gearbox', async () => {
    const shapeAndLevel = async (law: Law): Promise<readonly number[]> => {
      const all = await drawWindows(law, 1_200, createRandom(5));
      const [validation, test] = [rowsOf(all, 800, 1_000), rowsOf(all, 1_000, 1_200)];
      const { components, distance } = fitLinearModels(rowsOf(all, 0, 800), validation);
      const score = distance(components);
      const { shape, level } = plantAnomalies(test);
      return [shape, level].map((windows) => rocAuc(score(test), score(windows)).value);
    };
    const [wheel, gearbox] = [await shapeAndLevel(laws.wheel), await shapeAndLevel(laws.gearbox)];
    // 95% of the variance is in 14 or 15 components, which have at most 0.89 and 0.91
    expect(wheel[0]).toBeGreaterThan(0.92);
    expect(wheel[1]).toBeGreaterThan(0.99);
    expect(gearbox[0]).toBeLessThan(0.9);
  });

  const windowsOf = (rows: readonly (readonly number[])[]): Windows => ({
    values: Float32Array.from(rows.flat()),
    count: rows.length,
    channels: 1,
  });
  const numbersOf = (count: number, from: number): Windows =>
    windowsOf(
      Array.from({ length: count }, (_, k) =>
        Array.from({ length: STEPS }, (_, j) => {
          const i = k + from;
          const [first, second] = [3 * Math.sin(1.7 * i) * Math.cos(0.3 * j), Math.cos(2.3 * i) * Math.sin(0.7 * j)];
          return first + second + Math.sin(0.37 * i ** 2 * (j + 1) + j * j);
        }),
      ),
    );

  it('choose and score as NumPy does, from whole covariances instead of axes', () => {
    const models = fitLinearModels(numbersOf(60, 0), numbersOf(40, 100));
    expect(models.components).toBe(2);
    expect(models.shrinkage).toBeCloseTo(0.1, 9);
    const windows = numbersOf(2, 500);
    const expected = {
      distance: [17.31793664438441, 15.705740188158266],
      probabilisticPca: [42.30773101135861, 39.85626063094553],
      gaussian: [47.58199557820316, 41.90006140085313],
    };
    models
      .distance(3)(windows)
      .forEach((score, i) => expect(score).toBeCloseTo(expected.distance[i]!, 6));
    models
      .probabilisticPca(3)(windows)
      .forEach((nats, i) => expect(nats).toBeCloseTo(expected.probabilisticPca[i]!, 6));
    models
      .gaussian(0.1)(windows)
      .forEach((nats, i) => expect(nats).toBeCloseTo(expected.gaussian[i]!, 6));
  });

  it('have finite scores for windows that fill a plane, and for windows that are all the same', () => {
    // two directions of sizes 3 and 1; the rest is 0
    const line = (a: number, b: number): number[] =>
      Array.from({ length: STEPS }, (_, j) => (j === 0 ? a : j === 1 ? b : 0));
    const plane = windowsOf([line(3, 0), line(-3, 0), line(0, 1), line(0, -1)]);
    const [inside, outside] = fitLinearModels(plane, plane).distance(1)(windowsOf([line(7, 0), line(5, 2)]));
    expect(inside).toBeCloseTo(0, 9);
    expect(outside).toBeCloseTo(4, 9);
    for (const windows of [plane, windowsOf([line(1, 2), line(1, 2), line(1, 2)])]) {
      const { components, shrinkage, ...models } = fitLinearModels(windows, windows);
      const scores = [models.distance(components), models.gaussian(shrinkage)].flatMap((score) => score(windows));
      expect(scores.every(Number.isFinite)).toBe(true);
    }
  });
});

interface Report {
  readonly anomalies: readonly { readonly kind: string; readonly gaussian: number }[];
  readonly filled?: { readonly spread: number };
}

it('runs on the law and on a file of sensors', () => {
  const short = [
    '--steps',
    '10',
    '--windows',
    '100',
    '--held',
    '40',
    '--gaps',
    '1',
    '--samples',
    '2',
    '--json',
    'report.json',
  ];
  const report = (words: string[]): Report => {
    const { status, stderr } = runExample('series', folder, [...short, ...words]);
    expect([status, stderr.split('\n').filter((line) => line.includes('Error'))]).toEqual([0, []]);
    return JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')) as Report;
  };
  const law = report(['--law', 'gearbox']);
  expect(law.anomalies.map(({ kind }) => kind)).toEqual(['level', 'shape', 'correlation']);
  expect(law.filled!.spread).toBeGreaterThan(0);
  const rows = Array.from({ length: 1400 }, (_, t) => `${Math.sin(t / 5)},${20 + Math.cos(t / 5)}`);
  writeFileSync(join(folder, 'sensors.csv'), ['a,b', ...rows].join('\n'));
  expect(report(['--data', 'sensors.csv']).filled).toBeUndefined();
  writeFileSync(join(folder, 'wrong.csv'), 'a,b\n1,2\n3\n');
  const wrong = runExample('series', folder, ['--data', 'wrong.csv']);
  expect([wrong.status, wrong.stderr]).toEqual([
    2,
    expect.stringContaining('wrong.csv, line 3: expected 2 numbers; got 3'),
  ]);
});
