import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../src/index.js';
import { plantAnomalies } from '../../examples/series/anomalies.js';
import { conditionalMoments, drawWindows, SENSORS, STEPS } from '../../examples/series/law.js';
import { fitPca } from '../../examples/series/pca.js';
import { runExample } from './run-example.js';

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'series-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

const channels = SENSORS.length;
const size = STEPS * channels;

describe('the law', () => {
  it('has moments without anything known as integrals over the phase give them', () => {
    const { mean, deviation } = conditionalMoments(new Float64Array(size), () => false);
    mean.forEach((x) => expect(Math.abs(x)).toBeLessThan(1e-9));
    deviation.forEach((x) => expect(x).toBeCloseTo(Math.sqrt(0.5 + 0.01), 9));
  });

  it('has conditional moments that standardise its own windows', async () => {
    const { values, count } = await drawWindows(24, createRandom(3));
    const isKnown = (place: number): boolean => Math.floor(place / channels) < 16;
    let [sum, n] = [0, 0];
    for (let i = 0; i < count; i++) {
      const window = values.subarray(i * size, (i + 1) * size);
      const { mean, deviation } = conditionalMoments(window, isKnown);
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
  const windows = await drawWindows(6, createRandom(4));
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

it('scores windows by their distance from the plane of the training windows', () => {
  // two directions of sizes 3 and 1; the rest is 0
  const line = (a: number, b: number): number[] =>
    Array.from({ length: STEPS }, (_, j) => (j === 0 ? a : j === 1 ? b : 0));
  const values = Float32Array.from([line(3, 0), line(-3, 0), line(0, 1), line(0, -1)].flat());
  const score = fitPca({ values, count: 4, channels: 1 }, 0.8);
  const [inside, outside] = score({ values: Float32Array.from([...line(7, 0), ...line(5, 2)]), count: 2, channels: 1 });
  expect(inside).toBeCloseTo(0, 9);
  expect(outside).toBeCloseTo(4, 9);
});

interface Report {
  readonly anomalies: readonly { readonly kind: string; readonly auc: number; readonly pca: number }[];
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
  const law = report([]);
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
