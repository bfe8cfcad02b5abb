import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { createAdam, createRandom, readMetrics } from '../../src/index.js';
import {
  columnsLikelihood,
  createTableModel,
  createTableTrainer,
  decodeTable,
  describeTable,
  encodeTable,
  sampleTable,
  type NumberColumn,
} from '../../src/tables/index.js';
import { inScope } from '../support/in-scope.js';

inScope();

const DAY = 86_400_000;
const draw = async (count: number, seed: number): Promise<Float32Array> => {
  const tensor = createRandom(seed).uniform([count]);
  const numbers = (await tensor.data()) as Float32Array;
  tensor.dispose();
  return numbers;
};

/** Days of 600 weeks, 79% of them Fridays; some are missing. */
async function fridays(count: number) {
  const [weeks, days, gaps] = [await draw(count, 1), await draw(count, 2), await draw(count, 3)];
  return Array.from({ length: count }, (_, i) => {
    const first = Date.UTC(2010, 0, 3) + 7 * DAY * Math.floor(600 * weeks[i]!);
    const day = days[i]! < 0.79 ? 5 : Math.floor(7 * ((days[i]! - 0.79) / 0.21)) % 7;
    const at = new Date(first + day * DAY).toISOString().slice(0, 10);
    return { at: gaps[i]! < 0.1 ? null : at, size: weeks[i]! };
  });
}
const share = (cells: readonly unknown[]): number => {
  const days = cells.filter((cell) => cell !== null).map((cell) => new Date(cell as string).getUTCDay());
  return days.filter((day) => day === 5).length / days.length;
};

test('days of the week are a category next to the date, which rows keep, and a model learns', async () => {
  const rows = await fridays(800);
  const real = share(rows.map(({ at }) => at));
  expect(Math.abs(real - 0.82)).toBeLessThan(0.03);
  const description = describeTable(rows);
  const [column] = description.columns as [NumberColumn];
  expect(column.weekdays).toBe(true);
  const { data, shape } = encodeTable(description, rows);
  expect(shape).toEqual([800, 3]);
  expect(decodeTable(description, { data, shape }).map(({ at }) => at)).toEqual(rows.map(({ at }) => at));
  // whatever the scores are, the day of the week is that of the category
  const others = await draw(800, 4);
  const moved = Float32Array.from(data, (number, i) => (i % 3 === 0 ? 4 * others[i / 3]! - 2 : number));
  const decoded = decodeTable(description, { data: moved, shape }).map(({ at }) => at as string | null);
  decoded.forEach((at, i) => {
    expect(at === null).toBe(rows[i]!.at === null);
    if (at === null) return;
    expect(new Date(at).getUTCDay()).toBe(new Date(rows[i]!.at!).getUTCDay());
    expect(Date.parse(at) >= column.range[0] && Date.parse(at) <= column.range[1]).toBe(true);
  });

  const random = createRandom(5);
  const model = createTableModel({ description, width: 16, layers: 1, random });
  const trainer = createTableTrainer({ model, optimizer: createAdam({ learningRate: 0.02 }), random });
  const batch = tf.tensor2d(data as Float32Array, [800, 3]);
  for (let i = 0; i < 60; i++) {
    const { loss } = await readMetrics(trainer.step(batch));
    expect(Number.isFinite(loss)).toBe(true);
  }
  const made = await sampleTable(model, 600, { random, steps: 8 });
  expect(Math.abs(share(made.map(({ at }) => at)) - real)).toBeLessThan(0.08);
  const missing = made.filter(({ at }) => at === null).length / 600;
  expect(Math.abs(missing - 0.1)).toBeLessThan(0.07);
  const known = [{ at: '2012-05-07' }, { at: null }];
  const [first, second] = await sampleTable(model, 2, { random, steps: 2, known });
  expect(first!['at']).toBe('2012-05-07');
  expect(second!['at']).not.toBeNull();

  const likelihood = columnsLikelihood(description);
  const parameters = tf.zeros([800, 3 * likelihood.parameterSize]);
  const nats = await likelihood.logProb(batch, parameters).data();
  const gaussian = (i: number): number => -0.5 * (Math.log(2 * Math.PI) + 0.00247 + data[3 * i]! ** 2 * Math.exp(-0.00247)); // prettier-ignore
  rows.slice(0, 50).forEach(({ at }, i) => {
    const size = -0.5 * (Math.log(2 * Math.PI) + 0.00247 + data[3 * i + 1]! ** 2 * Math.exp(-0.00247));
    expect(Math.abs(nats[i]! - ((at === null ? 0 : gaussian(i)) + size - Math.log(8)))).toBeLessThan(2e-3);
  });
  const mean = await likelihood.mean(parameters).data();
  expect(decodeTable(description, { data: mean, shape }).length).toBe(800);
});

test('dates without such a law have no category for it, and old descriptions stay as they are', async () => {
  const days = await draw(700, 7);
  const at = Array.from(days, (day) => new Date(Math.floor(2000 * day) * DAY + 1.6e12 - (1.6e12 % DAY)));
  const description = describeTable({ at });
  expect(Object.keys(description.columns[0]!)).not.toContain('weekdays');
  expect(encodeTable(description, { at }).shape).toEqual([700, 1]);
});
