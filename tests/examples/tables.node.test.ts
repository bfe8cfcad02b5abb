import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axisOf, sharesOf, type NumberAxis } from '../../examples/tables/axis.js';
import { fitCopula, independentRows, normalQuantile } from '../../examples/tables/copula.js';
import { readTable, splitRows } from '../../examples/tables/read-table.js';
import { createRandom } from '../../src/index.js';
import { describeTable, type Row } from '../../src/tables/index.js';
import { read } from '../support/close.js';
import { runExample } from './run-example.js';

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tables-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

const written = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

describe('a CSV file', () => {
  it('has one kind of cell in each column, and null for what is missing', () => {
    const lines = [
      '\uFEFFid,n,zip,mixed,day,yes',
      '1, 2.5,00501,7,2024-02-29,true',
      '2,NA,10001,x,,false',
      '3,,10002,,2024-03-01,',
    ];
    const rows = readTable(written('kinds.csv', lines.join('\r\n')), ['id']);
    expect(rows).toEqual([
      { n: 2.5, zip: '00501', mixed: '7', day: '2024-02-29', yes: true },
      { n: null, zip: '10001', mixed: 'x', day: null, yes: false },
      { n: null, zip: '10002', mixed: null, day: '2024-03-01', yes: null },
    ]);
  });

  it('is split into rows to learn from and all others', () => {
    const rows = Array.from({ length: 50 }, (_, i) => ({ i }));
    const { real, heldOut } = splitRows(rows, 40, createRandom(1));
    expect([real.length, heldOut.length]).toEqual([40, 10]);
    expect(new Set([...real, ...heldOut])).toEqual(new Set(rows));
    expect(real.some(({ i }, at) => i !== at)).toBe(true);
  });
});

/** Numbers with a correlation of 0.8 that are skewed, a category that follows the first, and numbers that are missing where it is 'low'. */
async function lawRows(count: number): Promise<Row[]> {
  const draws = await read(createRandom(5).normal([count, 3]));
  return Array.from({ length: count }, (_, i) => {
    const [a, b, c] = draws.slice(3 * i) as unknown as [number, number, number];
    const second = 0.8 * a + 0.6 * b;
    return { first: a, second: Math.exp(2 * second), level: a < -0.5 ? 'low' : 'high', third: a < -0.5 ? null : c };
  });
}

const correlation = (pairs: readonly (readonly [number, number])[]): number => {
  const mean = (f: (pair: readonly [number, number]) => number) =>
    pairs.reduce((sum, pair) => sum + f(pair), 0) / pairs.length;
  const [x, y] = [mean(([a]) => a), mean(([, b]) => b)];
  const covariance = mean(([a, b]) => (a - x) * (b - y));
  return covariance / Math.sqrt(mean(([a]) => (a - x) ** 2) * mean(([, b]) => (b - y) ** 2));
};
const scores = (rows: readonly Row[]) =>
  rows.map(({ first, second }) => [Number(first), Math.log(Number(second)) / 2] as const);
const share = (rows: readonly Row[], test: (row: Row) => boolean): number => rows.filter(test).length / rows.length;

describe('the copula', () => {
  it.each([
    [0.5, 0],
    [0.975, 1.959964],
    [0.01, -2.326348],
    [1e-5, -4.264891],
  ])('has the normal quantile of %d', (p, z) => {
    expect(Math.abs(normalQuantile(p) - z)).toBeLessThan(5e-4);
  });

  it('keeps the distributions of columns, correlations, and where numbers are missing', async () => {
    const real = await lawRows(4000);
    const made = await fitCopula(describeTable(real), real, createRandom(1))(4000, createRandom(2));
    expect(correlation(scores(made))).toBeCloseTo(0.8, 1);
    expect(share(made, ({ level }) => level === 'low')).toBeCloseTo(0.309, 1);
    const isLow = made.filter(({ level }) => level === 'low');
    expect(share(made, ({ third }) => third === null)).toBeCloseTo(0.309, 1);
    // both follow the same event, but rows within it are in random order: a correlation of phi(-0.5)^2 / (p (1 - p)) = 0.58, p = Phi(-0.5)
    expect(share(isLow, ({ third }) => third === null)).toBeCloseTo(0.572, 1);
    const known = new Set(real.map(({ second }) => second));
    expect(made.every(({ second }) => known.has(second))).toBe(true);
  });

  it('makes equal columns equal, although their correlations have no Cholesky factor', async () => {
    const real = Array.from({ length: 100 }, (_, i) => ({ a: i + (i % 7) / 10, b: i + (i % 7) / 10 }));
    const made = await fitCopula(describeTable(real), real, createRandom(1))(500, createRandom(2));
    expect(correlation(made.map(({ a, b }) => [Number(a), Number(b)]))).toBeGreaterThan(0.99);
  });

  it('makes the nearest correlations where those of different rows contradict each other', async () => {
    const number = (i: number): number => ((i * 37) % 200) / 10 - 9.95;
    const real = Array.from({ length: 600 }, (_, i) => {
      const x = number(i % 200);
      return i < 200 ? { a: x, b: x, c: null } : i < 400 ? { a: null, b: x, c: x } : { a: x, b: null, c: -x };
    });
    const made = await fitCopula(describeTable(real), real, createRandom(1))(6000, createRandom(2));
    // the eigenvalues 2, 2 and -1 of the correlations 1, 1 and -1 become 2, 2 and 0
    const of = (name: string, other: string): number =>
      correlation(
        made
          .filter((row) => row[name] !== null && row[other] !== null)
          .map((row) => [Number(row[name]), Number(row[other])]),
      );
    expect(of('a', 'b')).toBeCloseTo(0.5, 1);
    expect(of('b', 'c')).toBeCloseTo(0.5, 1);
    expect(of('a', 'c')).toBeCloseTo(-0.5, 1);
  });

  it('has independent columns next to it', async () => {
    const real = await lawRows(4000);
    const made = await independentRows(describeTable(real), real, 4000, createRandom(3));
    expect(Math.abs(correlation(scores(made)))).toBeLessThan(0.06);
    expect(share(made, ({ level }) => level === 'low')).toBeCloseTo(0.309, 1);
  });
});

describe('the axes of charts', () => {
  const axis = (cells: readonly (number | null)[], most = 40): NumberAxis => {
    const rows = cells.map((a) => ({ a }));
    return axisOf(describeTable(rows, { kinds: { a: 'number' } }).columns[0]!, rows, most) as NumberAxis;
  };

  it('have bins of equally many whole numbers', () => {
    const { bins, placeOf } = axis(
      Array.from({ length: 1000 }, (_, i) => i % 45),
      20,
    );
    expect(bins.map(([low, high]) => high - low)).toEqual(bins.map(() => 3));
    expect([placeOf(0), placeOf(2), placeOf(3), placeOf(44), placeOf(null), placeOf(45)]).toEqual([
      0,
      0,
      1,
      14,
      undefined,
      undefined,
    ]);
  });

  it('have equal ratios for heavy tails', () => {
    const { bins, isLog } = axis(Array.from({ length: 500 }, (_, i) => Math.exp(i / 40)));
    expect(isLog).toBe(true);
    const ratios = bins.map(([low, high]) => high / low);
    ratios.forEach((ratio) => expect(ratio).toBeCloseTo(ratios[0]!, 9));
  });

  it('put rare categories and missing ones at the end', () => {
    const rows = Array.from({ length: 210 }, (_, i) => ({ a: i % 21 === 20 ? null : `c${Math.min(i % 21, 14)}` }));
    const category = axisOf(describeTable(rows).columns[0]!, rows, 40);
    expect(category).toMatchObject({
      kind: 'category',
      labels: expect.arrayContaining(['c14', '6 others', '(missing)']) as string[],
    });
    const shares = sharesOf(rows, [category]);
    expect(shares.map((one) => Math.round(one * 210))).toEqual([60, 10, 10, 10, 10, 10, 10, 10, 10, 60, 10]);
  });
});

it('learns penguins, and writes rows, a report and a page', () => {
  const { status, stdout, stderr } = runExample('tables', folder, [
    ...['--table', 'penguins', '--updates', '5', '--rows', '30', '--json', 'report.json'],
  ]);
  expect(status, stderr).toBe(0);
  for (const line of ['| model ', '| Gaussian copula ', '| independent columns ', '| held-out rows '])
    expect(stdout).toContain(line);
  const out = join(folder, 'out/tables');
  const [head, ...rows] = readFileSync(join(out, 'rows.csv'), 'utf8').trim().split('\n');
  expect([head, rows.length]).toEqual([
    'species,island,culmen_length_mm,culmen_depth_mm,flipper_length_mm,body_mass_g,sex',
    30,
  ]);
  const { reports, updates } = JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')) as {
    reports: Record<string, { efficacy: { target: string } }>;
    updates: number;
  };
  expect([Object.keys(reports), reports['model']!.efficacy.target, updates]).toEqual([
    ['model', 'Gaussian copula', 'independent columns'],
    'species',
    5,
  ]);
  for (const file of ['index.html', 'picture.svg']) {
    const text = readFileSync(join(out, file), 'utf8');
    expect(text).not.toMatch(/NaN|undefined|Infinity/);
    expect(text).toMatch(/_(mm|g)</);
  }
  expect(
    readFileSync(join(out, 'index.html'), 'utf8').match(/<svg /g)!.length,
    'columns, and both sides of pairs',
  ).toBeGreaterThan(7 + 6);
});

it.each([
  [
    'an identifier',
    ['--data', 'people.csv'],
    /people\.csv: describeTable: `rows\.name` must not be an identifier.*Use --without NAME,NAME to leave out columns/,
  ],
  ['a target that is missing', ['--data', 'people.csv', '--target', 'age'], /--target: people\.csv has no column age/],
  [
    'a column to leave out that is missing',
    ['--data', 'people.csv', '--without', 'age'],
    /no column "age" to leave out/,
  ],
  ['a few rows', ['--data', 'few.csv'], /few\.csv must have at least 40 rows; got 2/],
])('answers %s with one line and code 2', (_, words, line) => {
  written(
    'people.csv',
    ['name,size', ...Array.from({ length: 60 }, (__, i) => `person ${i},${(i * 37) % 60}.5`)].join('\n'),
  );
  written('few.csv', 'a,b\n1,2\n3,4\n');
  const { status, stderr } = runExample('tables', folder, words);
  expect([status, stderr.trimEnd().split('\n').length]).toEqual([2, 1]);
  expect(stderr).toMatch(line);
});
