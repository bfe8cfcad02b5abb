import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { createAdam, createRandom, readMetrics, type Batch } from '../../src/index.js';
import {
  createTableModel,
  createTableTrainer,
  describeTable,
  encodeTable,
  sampleTable,
  type Row,
  type Table,
} from '../../src/tables/index.js';
import { inScope } from '../support/in-scope.js';
import { tinyDescription, tinyRows, tinyTableModel } from './tiny-table.js';

inScope();

const numbersOnly = {
  a: Array.from({ length: 40 }, (_, i) => Math.sin(i)),
  b: Float32Array.from({ length: 40 }, (_, i) => Math.cos(i)),
};
const categoriesOnly = {
  c: Array.from({ length: 40 }, (_, i) => 'xyz'[i % 3]!),
  d: Array.from({ length: 40 }, (_, i) => i % 2 === 0),
};

test.each<[string, Table, readonly [numbers: number, categories: number]]>([
  ['numbers only', numbersOnly, [1, 0]],
  ['categories only', categoriesOnly, [0, (Math.log(3) + Math.log(2)) / 2]],
])('a table of %s trains and makes rows; before that its loss is that of a blank network', async (_, table, blank) => {
  const random = createRandom(1);
  const description = describeTable(table);
  const model = createTableModel({ description, width: 8, layers: 1, random });
  const trainer = createTableTrainer({ model, optimizer: createAdam({ learningRate: 1e-3 }), random });
  const { data, shape } = encodeTable(description, table);
  const batch: Batch = tf.tensor2d(data as Float32Array, shape as [number, number]);
  const losses: number[][] = [];
  for (let i = 0; i < 40; i++) {
    const { numbers, categories } = await readMetrics(trainer.evaluate(batch));
    losses.push([numbers, categories]);
  }
  // the velocity of a score has the variance 1; a category is masked with probability t, and its nats are divided by t
  const means = [0, 1].map((i) => losses.reduce((sum, one) => sum + one[i]!, 0) / losses.length);
  means.forEach((mean, i) => expect(Math.abs(mean - blank[i]!)).toBeLessThan(0.08));
  await readMetrics(trainer.step(batch));
  const made = await sampleTable(model, 7, { random, steps: 2 });
  expect(made.map((row) => Object.keys(row))).toEqual(made.map(() => Object.keys(table)));
});

test('where only some values are possible, only these are drawn', async () => {
  const cities = { Chile: ['Arica'], Kenya: ['Mombasa', 'Nakuru'], Peru: ['Cusco', 'Lima'] };
  const places = Object.entries(cities).flatMap(([country, list]) => list.map((city) => ({ country, city })));
  const rows = Array.from({ length: 40 }, (_, i) => ({ ...places[i % 5]!, colour: ['red', 'blue', null][i % 3]! }));
  const description = describeTable(rows, { combinations: [['country', 'city']] });
  // an untrained model knows none of it
  const model = createTableModel({ description, width: 4, layers: 1, random: createRandom(1) });
  const known = { country: 'Kenya', colour: null };
  const made = await sampleTable(model, 60, { random: createRandom(2), steps: 2, known });
  expect(new Set(made.map(({ country, city }) => `${String(country)} ${String(city)}`))).toEqual(
    new Set(['Kenya Mombasa', 'Kenya Nakuru']),
  );
  expect(new Set(made.map(({ colour }) => colour))).toEqual(new Set(['red', 'blue']));
});

test('known cells come back untouched, and what follows from them is known, too', async () => {
  const model = tinyTableModel();
  const random = createRandom(2);
  const known = { size: 3.25, from: '2026-01-05', to: '2026-01-06', country: 'Kenya', open: true };
  const made = await sampleTable(model, 5, { random, steps: 2, known });
  for (const { count, city, ...row } of made) {
    expect(row).toEqual(known);
    expect(Number.isInteger(count)).toBe(true);
    // the only city of the table in that country
    expect(city).toBe('Mombasa');
  }
});

test('rows of their own: what is absent is drawn, what is null is filled in', async () => {
  const rows = tinyRows.slice(0, 21).map((row, i) => (i % 3 === 0 ? { ...row, to: undefined, city: undefined } : row));
  const made = await sampleTable(tinyTableModel(), rows.length, { random: createRandom(4), steps: 2, known: rows });
  made.forEach((row, i) => {
    for (const [name, cell] of Object.entries(rows[i]!))
      if (cell !== null && cell !== undefined) expect(row[name]).toBe(cell);
    expect(row['size']).not.toBeNull();
    // Nakuru has no country in the table
    expect(row['country'] === null).toBe(row['city'] === 'Nakuru');
    expect(String(row['from']) <= String(row['to'])).toBe(true);
  });
  expect(encodeTable(tinyDescription, made).shape[0]).toBe(rows.length);
});

test('columns with the names of what all objects have', async () => {
  const rows = Array.from(
    { length: 40 },
    (_, i) => JSON.parse(`{ "__proto__": ${i % 7}.5, "constructor": "${'ab'[i % 2]}" }`) as Row,
  );
  const description = describeTable(rows);
  const model = createTableModel({ description, width: 4, layers: 1, random: createRandom(1) });
  const known = { constructor: 'b' };
  const made = await sampleTable(model, 3, { random: createRandom(2), steps: 2, known: known });
  expect(made.map((row) => Object.entries(row).map(([name, cell]) => [name, typeof cell]))).toEqual(
    made.map(() => [
      ['__proto__', 'number'],
      ['constructor', 'string'],
    ]),
  );
  const free = await sampleTable(model, 3, { random: createRandom(2), steps: 2 });
  expect(free.every((row) => Object.hasOwn(row, 'constructor'))).toBe(true);
});

test('two hundred binary columns are learned without NaN', async () => {
  const uniform = await createRandom(6).uniform([100, 200]).data();
  const names = Array.from({ length: 200 }, (_, j) => `b${j}`);
  const rows = Array.from({ length: 100 }, (_, i) =>
    Object.fromEntries(names.map((name, j) => [name, i < 2 ? i : Number(uniform[200 * i + j]! < j / 200)])),
  );
  const random = createRandom(7);
  const description = describeTable(rows);
  const model = createTableModel({ description, width: 16, layers: 1, random });
  const trainer = createTableTrainer({ model, optimizer: createAdam({ learningRate: 0.05 }), random });
  const { data, shape } = encodeTable(description, rows);
  const batch = tf.tensor2d(data as Float32Array, shape as [number, number]);
  for (let i = 0; i < 5; i++) {
    const metrics = await readMetrics(trainer.step(batch));
    expect(Object.values(metrics).every(Number.isFinite)).toBe(true);
  }
  const made = await sampleTable(model, 3, { random, steps: 4 });
  expect(made.every((row) => names.every((name) => row[name] === 0 || row[name] === 1))).toBe(true);
});

test('sampling leaks nothing when it ends, is stopped, or finds that the model has diverged', async () => {
  const model = tinyTableModel();
  const random = createRandom(2);
  const before = tf.memory().numTensors;
  const reason = new Error('enough');
  const stop = new AbortController();
  const onStep = ({ step }: { readonly step: number }): void => {
    if (step === 2) stop.abort(reason);
  };
  await sampleTable(model, 3, { random, steps: 3 });
  await expect(sampleTable(model, 3, { random, steps: 3, signal: stop.signal, onStep })).rejects.toBe(reason);
  const [first] = model.variables as tf.Variable[];
  tf.tidy(() => first!.assign(tf.fill(first!.shape, NaN)));
  await expect(sampleTable(model, 3, { random, steps: 3 })).rejects.toThrow(
    'sampleTable: `model` must predict finite numbers; got NaN. It has diverged',
  );
  expect(tf.memory().numTensors).toBe(before);
});
