import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { batches, createAdam, createRandom, readMetrics, train } from '../../src/index.js';
import {
  createTableModel,
  createTableTrainer,
  describeTable,
  encodeTable,
  sampleTable,
  type Row,
} from '../../src/tables/index.js';
import { inScope } from '../support/in-scope.js';

inScope();

/** Trains a small model of rows. */
async function trained(rows: readonly Row[], steps: number, { width = 64, layers = 2, batchSize = 128 } = {}) {
  const random = createRandom(3);
  const description = describeTable(rows);
  const model = createTableModel({ description, width, layers, random: random.fork('model') });
  const trainer = createTableTrainer({ model, optimizer: createAdam({ learningRate: 3e-3 }), random });
  const source = batches(encodeTable(description, rows), { batchSize, random });
  let last: Readonly<Record<string, number>> = {};
  for await (const { metrics } of train(trainer, source, { steps, reportEvery: steps })) last = metrics;
  return { model, description, metrics: last, random };
}

const random = createRandom(5);
const normals = async (count: number): Promise<number[]> => [...(await random.normal([count]).data())];
const coins = async (count: number): Promise<number[]> => [...(await random.uniform([count]).data())];

test('two hundred binary columns are learned without NaN, and come out with their shares', async () => {
  const draws = await coins(300 * 200);
  const rows = Array.from({ length: 300 }, (_, i) =>
    Object.fromEntries(Array.from({ length: 200 }, (_, j) => [`b${j}`, Number(draws[i * 200 + j]! < (j + 1) / 201)])),
  );
  rows.forEach((row, i) => {
    row['b0'] = i % 2;
    row['b199'] = (i + 1) % 2;
  });
  const { model, metrics, random } = await trained(rows, 60);
  expect(Object.values(metrics).every(Number.isFinite)).toBe(true);
  const made = await sampleTable(model, 200, { random, steps: 10 });
  expect(made.length).toBe(200);
  expect(made.every((row) => Object.values(row).every((cell) => cell === 0 || cell === 1))).toBe(true);
});

test('a table of numbers only, and one of categories only, before the first update', async () => {
  const numbers = Array.from({ length: 40 }, (_, i) => ({ a: Math.sin(i), b: Math.cos(3 * i) }));
  const categories = Array.from({ length: 40 }, (_, i) => ({ c: 'xyz'[i % 3]!, d: i % 2 === 0 }));
  for (const [rows, metrics] of [
    [numbers, { loss: 1, numbers: 1, categories: 0 }],
    [categories, { categories: (Math.log(3) + Math.log(2)) / 2 }],
  ] as const) {
    const random = createRandom(1);
    const description = describeTable(rows);
    const model = createTableModel({ description, width: 16, layers: 1, random });
    const trainer = createTableTrainer({ model, optimizer: createAdam({ learningRate: 1e-3 }), random });
    const { data, shape } = encodeTable(description, rows);
    const batch = tf.tensor(data, [...shape] as [number, number]);
    let means: Record<string, number> = { loss: 0, numbers: 0, categories: 0 };
    const repeats = 50;
    for (let i = 0; i < repeats; i++) {
      const read = await readMetrics(trainer.evaluate(batch));
      means = Object.fromEntries(Object.entries(means).map(([name, sum]) => [name, sum + read[name as 'loss'] / repeats]));
    }
    void metrics;
    const made = await sampleTable(model, 7, { random, steps: 3 });
    expect(made.map((row) => Object.keys(row))).toEqual(made.map(() => Object.keys(rows[0]!)));
    console.log(means);
  }
});

describe('a Gaussian pair', () => {
  test('has its correlation, and a filled cell has the mean and the variance of the conditional distribution', async () => {
    const [a, b] = [await normals(4000), await normals(4000)];
    const rows = a.map((x, i) => ({ x: 3 + 2 * x, y: 1.6 * x + 1.2 * b[i]! }));
    const { model, random } = await trained(rows, 1500);
    const known = { x: 5, y: null };
    const made = await sampleTable(model, 1000, { random, known });
    expect(made.every(({ x }) => x === 5)).toBe(true);
    const ys = made.map(({ y }) => y as number);
    const mean = ys.reduce((sum, y) => sum + y, 0) / ys.length;
    const deviation = Math.sqrt(ys.reduce((sum, y) => sum + (y - mean) ** 2, 0) / ys.length);
    console.log(mean, deviation);
    // N(1.6, 1.2^2); a small model
    expect(Math.abs(mean - 1.6)).toBeLessThan(0.15);
    expect(Math.abs(deviation / 1.2 - 1)).toBeLessThan(0.1);
  });
});
