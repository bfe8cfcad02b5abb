import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { batches, createAdam, createRandom, cosineDecay, train } from '../../src/index.js';
import {
  createTableModel,
  createTableTrainer,
  describeTable,
  encodeTable,
  sampleTable,
  tableReport,
  type SyntheticRow,
  type Row,
  type TableModel,
} from '../../src/tables/index.js';

/** Trains a small model of rows. */
async function trained(rows: readonly Row[], steps: number): Promise<TableModel> {
  const random = createRandom(3);
  const description = describeTable(rows);
  const make = () => createTableModel({ description, width: 64, layers: 2, random: random.fork('model') });
  const [model, into] = [make(), make()];
  const learningRate = cosineDecay({ from: 4e-3, to: 0, steps });
  const optimizer = createAdam({ learningRate });
  const trainer = createTableTrainer({ model, optimizer, random, average: { into, decay: 0.99 } });
  const source = batches(encodeTable(description, rows), { batchSize: 256, random });
  for await (const report of train(trainer, source, { steps, reportEvery: steps })) void report;
  model.dispose();
  trainer.dispose();
  return into;
}

const random = createRandom(5);
const draws = async (count: number, kind: 'normal' | 'uniform' = 'uniform'): Promise<number[]> => {
  const tensor = random[kind]([count]);
  const numbers = [...(await tensor.data())];
  tensor.dispose();
  return numbers;
};
const meanOf = (numbers: readonly number[]): number => numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
const deviationOf = (numbers: readonly number[]): number => {
  const mean = meanOf(numbers);
  return Math.sqrt(meanOf(numbers.map((x) => (x - mean) ** 2)));
};

test('rows keep their own cells, also where many are decoded', async () => {
  const columns = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
  const rows = Array.from({ length: 80 }, (_, i) => ({
    low: i % 40,
    high: (i % 40) + (i % 2),
    ...Object.fromEntries(columns.map((name, k) => [name, (i * (k + 1)) % 11])),
  }));
  const description = describeTable(rows, { orders: [['low', 'high']] });
  const model = createTableModel({ description, width: 2, layers: 1, random: createRandom(1) });
  const known = Array.from({ length: 2048 }, (_, i) => ({ low: (7 * i) % 40 }));
  const made = await sampleTable(model, 2048, { random: createRandom(2), steps: 1, known });
  model.dispose();
  // a row that got the cells of another one would have a smaller `high` half of the time
  expect(made.filter(({ low, high }) => (high as number) < (low as number))).toEqual([]);
  expect(made.map(({ low }) => low)).toEqual(known.map(({ low }) => low));
});

test('independent columns come out independent: as held-out rows do', async () => {
  const make = async (n: number): Promise<Row[]> => {
    const [a, b, c] = [await draws(n), await draws(n), await draws(n, 'normal')];
    return a.map((x, i) => ({
      kind: 'wxyz'[Math.floor(4 * x * x)]!,
      isOld: b[i]! < 0.3,
      size: c[i]!,
      cost: Math.exp(c[(i + 1) % n]!),
    }));
  };
  const [real, heldOut] = [await make(2000), await make(2000)];
  const model = await trained(real, 300);
  const made = await sampleTable(model, 2000, { random, steps: 20 });
  const { shapes, trends, efficacy } = await tableReport(real, made, { heldOut, random, rows: 100 });
  // the last column, which the others do not explain
  expect(efficacy).toMatchObject({ target: 'cost', measure: 'r2', ratio: null });
  // 0.016 and 0.023; 0.031 and 0.043
  expect(shapes.error).toBeLessThan(1.5 * shapes.floor);
  expect(trends.error).toBeLessThan(1.5 * trends.floor);
  model.dispose();
});

test('the joint distribution of a mixture, by enumeration', async () => {
  // z is not in the table
  const weights = [0.5, 0.3, 0.2];
  const given = {
    a: [
      [0.9, 0.1],
      [0.2, 0.8],
      [0.5, 0.5],
    ],
    b: [
      [0.8, 0.1, 0.1],
      [0.1, 0.8, 0.1],
      [0, 0.1, 0.9],
    ],
    c: [
      [0.7, 0.1, 0.1, 0.1],
      [0.05, 0.05, 0.8, 0.1],
      [0.25, 0.25, 0.25, 0.25],
    ],
  };
  const exact = new Map<string, number>();
  for (const [z, weight] of weights.entries())
    for (const [i, a] of given.a[z]!.entries())
      for (const [j, b] of given.b[z]!.entries())
        for (const [k, c] of given.c[z]!.entries()) {
          const key = `${i}${j}${k}`;
          exact.set(key, (exact.get(key) ?? 0) + weight * a * b * c);
        }
  const cells = [...exact];
  const rowOf = (key: string): Row => ({ a: `a${key[0]}`, b: `b${key[1]}`, c: `c${key[2]}` });
  // as many rows of each cell as its probability says
  const rows = cells.flatMap(([key, p]) => Array.from({ length: Math.round(8000 * p) }, () => rowOf(key)));
  const model = await trained(rows, 300);
  const counts = new Map<string, number>();
  const n = 4000;
  for (const { a, b, c } of await sampleTable(model, n, { random, steps: 20 })) {
    const key = [a, b, c].map((cell) => String(cell)[1]).join('');
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const divergence = [...counts].reduce(
    (sum, [key, count]) => sum + (count / n) * Math.log(count / n / exact.get(key)!),
    0,
  );
  // of which 0.003 are the draws
  expect(divergence).toBeLessThan(0.01);
  // given b, what remains is Bayes' theorem
  const chosen = await sampleTable(model, n, { random, steps: 20, known: { b: 'b0' } });
  const share = (p: (key: string) => boolean): number => cells.reduce((sum, [key, one]) => sum + (p(key) ? one : 0), 0);
  const exactly = share((key) => key[1] === '0' && key[2] === '2') / share((key) => key[1] === '0');
  expect(Math.abs(meanOf(chosen.map(({ c }) => Number(c === 'c2'))) - exactly)).toBeLessThan(0.02);
  model.dispose();
});

describe('a Gaussian pair', () => {
  let model: TableModel;
  beforeAll(async () => {
    const [a, b] = [await draws(8000, 'normal'), await draws(8000, 'normal')];
    model = await trained(
      a.map((x, i) => ({ x: 3 + 2 * x, y: 1.6 * x + 1.2 * b[i]! })),
      1500,
    );
  });
  afterAll(() => model.dispose());

  test.each([-1, 3, 5])('given x = %s, y has the mean and the deviation of the conditional distribution', async (x) => {
    const made = await sampleTable(model, 2000, { random, known: { x, y: null } });
    expect(made.every((row) => row['x'] === x)).toBe(true);
    const ys = made.map(({ y }) => y as number);
    // y = 0.8 (x - 3) + N(0, 1.2^2); x = -1 is two deviations out
    expect(Math.abs(meanOf(ys) - 0.8 * (x - 3))).toBeLessThan(0.15);
    expect(Math.abs(deviationOf(ys) / 1.2 - 1)).toBeLessThan(0.1);
  });

  test('rows that are not accepted are drawn again, and counted', async () => {
    let counted = { drawn: 0, rejected: 0 };
    const accept = ({ x, y }: SyntheticRow): boolean => (x as number) > 3 && (y as number) > 0;
    const made = await sampleTable(model, 500, { random, steps: 20, accept, onRejected: (count) => (counted = count) });
    expect(made.length).toBe(500);
    expect(made.every(accept)).toBe(true);
    expect(counted.drawn - counted.rejected).toBeGreaterThanOrEqual(500);
    // a quadrant of a Gaussian pair of correlation rho: 1/4 + asin(rho) / (2 pi)
    const quadrant = 0.25 + Math.asin(0.8) / (2 * Math.PI);
    expect(Math.abs(1 - counted.rejected / counted.drawn - quadrant)).toBeLessThan(0.06);
  });

  test('rows that are never accepted end in one error', async () => {
    const options = { random, steps: 2, maxDraws: 3, accept: () => false };
    await expect(sampleTable(model, 4, options)).rejects.toThrow(
      'sampleTable: `accept` must accept rows; got 0 of 4 rows after 12 draws.',
    );
  });
});
