import { describe, expect, test } from 'vitest';
import { createRandom } from '../../src/random/index.js';
import { describeTable, tableReport, type Row, type TableReport } from '../../src/tables/index.js';
import { pairTrends } from '../../src/tables/report/pair-trends.js';
import { privacyOf } from '../../src/tables/report/privacy.js';
import { readTables } from '../../src/tables/report/read-tables.js';
import { checkNoLeaks } from '../support/checks.js';
import { expectOracle } from '../support/close.js';
import { inScope } from '../support/in-scope.js';

inScope();

/** Numbers in [0, 1) that do not depend on the library. */
function uniforms(seed: number): () => number {
  let state = seed;
  // mulberry32
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let word = Math.imul(state ^ (state >>> 15), 1 | state);
    word = (word + Math.imul(word ^ (word >>> 7), 61 | word)) ^ word;
    return ((word ^ (word >>> 14)) >>> 0) / 2 ** 32;
  };
}

const day = (n: number): string => new Date(Date.UTC(2020, 0, 1 + n)).toISOString().slice(0, 10);

/** Rows of all kinds of columns, with gaps, a heavy tail and trends; `shift` changes all distributions. */
function mixed(rows: number, seed: number, shift = 0): Row[] {
  const u = uniforms(seed);
  return Array.from({ length: rows }, () => {
    const kind = u() < 0.5 - shift ? 'a' : u() < 0.7 ? 'b' : shift > 0 && u() < 0.1 ? 'new' : 'c';
    const size = (kind === 'a' ? 2 : 0) + u() + u() - shift;
    return {
      size: u() < 0.4 + shift ? null : size,
      tail: Math.tan(Math.PI * (u() - 0.5)),
      weight: Math.round(100 * (size + 0.1 * u())) / 100,
      when: day(Math.floor(200 * u() ** (1 + shift))),
      kind: u() < 0.1 ? null : kind,
      isOld: u() < 0.3 + shift,
    };
  });
}

const isNumber = (name: string): boolean => !['kind', 'isOld'].includes(name);
const numberOf = (cell: unknown): number => (typeof cell === 'string' ? Date.parse(cell) : Number(cell));
const present = (rows: readonly Row[], name: string): unknown[] =>
  rows.map((row) => row[name]).filter((cell) => cell !== null);

function totalVariation(a: readonly unknown[], b: readonly unknown[]): number {
  const share = (all: readonly unknown[], value: unknown): number =>
    all.filter((one) => one === value).length / all.length;
  return [...new Set([...a, ...b])].reduce<number>((sum, v) => sum + Math.abs(share(a, v) - share(b, v)) / 2, 0);
}

function kolmogorovSmirnov(a: readonly number[], b: readonly number[]): number {
  const below = (all: readonly number[], x: number): number => all.filter((one) => one <= x).length / all.length;
  return Math.max(...[...a, ...b].map((x) => Math.abs(below(a, x) - below(b, x))));
}

function correlation(rows: readonly Row[], first: string, second: string): number {
  const both = rows.filter((row) => row[first] !== null && row[second] !== null);
  const [a, b] = [first, second].map((name) => both.map((row) => numberOf(row[name]))) as [number[], number[]];
  const mean = (all: readonly number[]): number => all.reduce((sum, x) => sum + x, 0) / all.length;
  const covariance = (x: readonly number[], y: readonly number[]): number =>
    mean(x.map((one, i) => (one - mean(x)) * (y[i]! - mean(y))));
  return covariance(a, b) / Math.sqrt(covariance(a, a) * covariance(b, b));
}

/** The joint code of two cells: bins of equal width over the range of the real rows, by the edges of NumPy's `linspace`. */
function joint(real: readonly Row[], rows: readonly Row[], names: readonly string[]): string[] {
  const code = (name: string): ((cell: unknown) => string) => {
    if (!isNumber(name)) return String;
    const numbers = present(real, name).map(numberOf);
    const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
    return (cell) => {
      if (cell === null) return 'none';
      if (numberOf(cell) >= high) return 'high';
      const edges = Array.from({ length: 10 }, (_, k) => k * ((high - low) / 10) + low);
      return String(edges.map((edge) => numberOf(cell) >= edge).lastIndexOf(true));
    };
  };
  const codes = names.map(code);
  return rows.map((row) => names.map((name, i) => codes[i]!(row[name])).join());
}

/** Every number of a value, however deep. */
function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(numbersIn) : [];
}

function expectPlain(report: TableReport): void {
  expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  expect(numbersIn(report).filter((number) => !Number.isFinite(number))).toEqual([]);
}

const without = (row: Row, ...names: readonly string[]): Row =>
  Object.fromEntries(Object.entries(row).filter(([name]) => !names.includes(name)));

const random = () => createRandom(7);

describe('shapes, trends and missing cells', () => {
  const [real, synthetic, heldOut] = [mixed(500, 1), mixed(400, 2, 0.1), mixed(300, 3)];
  const reporting = () => tableReport(real, synthetic, { heldOut, random: random() });

  test('are the formulas of SDMetrics in float64, for synthetic and for held-out rows', async () => {
    const report = await reporting();
    expectPlain(report);
    const names = Object.keys(real[0]!);
    const shape = (rows: readonly Row[], name: string): number => {
      const [a, b] = [present(real, name), present(rows, name)];
      return isNumber(name) ? kolmogorovSmirnov(a.map(numberOf), b.map(numberOf)) : totalVariation(a, b);
    };
    const gaps = (rows: readonly Row[], name: string): number => 1 - present(rows, name).length / rows.length;
    const trend = (rows: readonly Row[], [a, b]: readonly [string, string]): number =>
      isNumber(a) && isNumber(b)
        ? Math.abs(correlation(real, a, b) - correlation(rows, a, b)) / 2
        : totalVariation(joint(real, real, [a, b]), joint(real, rows, [a, b]));
    const pairs = names.flatMap((a, i) => names.slice(i + 1).map((b) => [a, b] as const));
    const close = { relative: 1e-9, absolute: 1e-12 };
    for (const [side, rows] of [
      ['error', synthetic],
      ['floor', heldOut],
    ] as const) {
      // prettier-ignore
      const own = (all: readonly { readonly error: number; readonly floor: number }[]) => all.map((one) => one[side]);
      const mean = (all: readonly number[]): number => all.reduce((sum, x) => sum + x, 0) / all.length;
      const shapes = names.map((name) => shape(rows, name));
      await expectOracle([...own(report.shapes.columns), report.shapes[side]], [...shapes, mean(shapes)], close);
      const trends = pairs.map((pair) => trend(rows, pair));
      await expectOracle([...own(report.trends.pairs), report.trends[side]], [...trends, mean(trends)], close);
      const missing = names.map((name) => Math.abs(gaps(rows, name) - gaps(real, name)));
      await expectOracle([...own(report.missing.columns), report.missing[side]], [...missing, mean(missing)], close);
    }
    expect(report.shapes.columns.map(({ name }) => name)).toEqual(names);
    expect(report.trends.pairs.map(({ columns }) => columns)).toEqual(pairs);
    expect(report.trends.worst!.error).toBe(Math.max(...report.trends.pairs.map(({ error }) => error)));
    expect(report.rows).toEqual({ real: 500, synthetic: 400, heldOut: 300 });
  });

  test('have floors from as many held-out rows as there are synthetic ones', async () => {
    const one = (n: number, seed: number): Row[] => mixed(n, seed).map(({ tail }) => ({ tail: tail! }));
    const report = await tableReport(one(500, 1), one(2, 2), { heldOut: one(300, 3), random: random() });
    // the distribution function of two rows has two steps of 1/2, and is at least 1/4 from a continuous one
    expect(report.shapes.floor).toBeGreaterThan(0.24);
    // one column has no pairs, and nothing predicts it
    const none = { error: 0, floor: 0 };
    expect(report.trends).toEqual({ ...none, worst: null, worstPairs: [], largestTenth: none, pairs: [] });
    expect(report.efficacy).toBe(null);
  });

  test('depend on the stream only, and leave no tensor', async () => {
    const small = [mixed(60, 1), mixed(50, 2), mixed(40, 3)] as const;
    const run = () => tableReport(small[0], small[1], { heldOut: small[2], random: random() });
    const first = await run();
    await checkNoLeaks(async () => {
      expect(await run()).toEqual(first);
      return [];
    });
  });
});

describe('privacy', () => {
  const uniform = (rows: number, seed: number): Row[] => {
    const u = uniforms(seed);
    return Array.from({ length: rows }, () => ({ x: u(), y: u(), kind: u() < 0.5 ? 'a' : 'b' }));
  };
  const measure = (real: readonly Row[], synthetic: readonly Row[], heldOut: readonly Row[], rows = 2000) =>
    privacyOf(readTables('test', describeTable(real), { real, synthetic, heldOut }), rows, random(), (work) =>
      Promise.resolve(work()),
    );

  test('measures the mean distance of the columns in float64, with gaps, and exact copies', async () => {
    const rows = (n: number, seed: number): Row[] =>
      mixed(n, seed).map(({ size, when, kind }) => ({ size: size!, when: when!, kind: kind! }));
    const [real, synthetic, heldOut] = [rows(60, 1), rows(41, 2), rows(60, 3)];
    synthetic[0] = { ...real[5]! };
    const ranges = new Map(
      ['size', 'when'].map((name) => {
        const numbers = present(real, name).map(numberOf);
        return [name, Math.max(...numbers) - Math.min(...numbers)];
      }),
    );
    const distance = (a: Row, b: Row): number => {
      const each = ['size', 'when', 'kind'].map((name) => {
        if (a[name] === b[name]) return 0;
        const range = ranges.get(name);
        if (a[name] === null || b[name] === null || range === undefined) return 1;
        return Math.abs(numberOf(a[name]) - numberOf(b[name])) / range;
      });
      return each.reduce((sum, one) => sum + one, 0) / 3;
    };
    const closest = (others: readonly Row[], own = synthetic): number[] =>
      own.map((row) => Math.min(...others.map((other) => distance(row, other))));
    const nothing = (all: readonly number[]): number => all.filter((one) => one === 0).length / all.length;
    const median = (all: readonly number[]): number => [...all].sort((a, b) => a - b)[(all.length - 1) / 2]!;
    const privacy = await measure(real, synthetic, heldOut);
    expect([privacy.rows, privacy.references]).toEqual([41, 60]);
    const { medianDistance, copies } = privacy;
    await expectOracle(
      [medianDistance.training, medianDistance.heldOut, copies.share, copies.floor],
      [median(closest(real)), median(closest(heldOut)), nothing(closest(real)), nothing(closest(real, heldOut))],
      { relative: 1e-9, absolute: 1e-12 },
    );
  });

  test('counts half of the ties: tables of few categories have 0.5', async () => {
    const rows = (n: number): Row[] => Array.from({ length: n }, (_, i) => ({ a: i % 2 === 0, b: i % 3 === 0 }));
    const privacy = await measure(rows(60), rows(60), rows(60));
    expect(privacy.closerToTraining).toEqual({ share: 0.5, floor: 0.5, copied: 0.5, standardError: 0 });
    expect(privacy.copies).toEqual({ share: 1, floor: 1 });
  });

  test('finds copies of training rows, and no closeness in rows of the same law, however many training rows there are', async () => {
    const [real, heldOut, fresh] = [uniform(4000, 1), uniform(500, 2), uniform(1500, 3)];
    const honest = await measure(real, fresh, heldOut);
    expect(honest.references).toBe(500);
    const { share, standardError } = honest.closerToTraining;
    // the distances of rows share the references, so that their errors are not independent
    expect(standardError).toBeGreaterThan(0.5 / Math.sqrt(1500));
    expect(Math.abs(share - 0.5)).toBeLessThan(3 * standardError);
    expect(Math.abs(honest.closerToTraining.floor - 0.5)).toBeLessThan(6 * (0.5 / Math.sqrt(250)));
    expect(honest.copies).toEqual({ share: 0, floor: 0 });
    const copied = await measure(real, real.slice(0, 1500), real.slice(0, 2).concat(heldOut.slice(2)));
    expect(copied.copies).toEqual({ share: 1, floor: 2 / 500 });
    // of the copied rows, one in eight has its original among the references
    expect(copied.closerToTraining.copied).toBeCloseTo(0.5 + 0.5 / 8, 2);
    expect(Math.abs(copied.closerToTraining.share - copied.closerToTraining.copied)).toBeLessThan(4 * standardError);
    const same = await measure(real.slice(0, 500), real.slice(0, 500), heldOut);
    expect(same.closerToTraining.share).toBe(1);
    expect(same.closerToTraining.copied).toBe(1);
    expect((await measure(real, fresh, heldOut, 100)).rows).toBe(100);
  });

  test('has a standard error that covers: over 150 tables, the deviations from 0.5 have the variance 1', async () => {
    const kinds: Readonly<Record<string, (rows: number, seed: number) => Row[]>> = {
      numbers: uniform,
      // many equal distances
      categories: (rows, seed) =>
        uniform(rows, seed).map(({ x, y, kind }) => ({
          x: String(Math.floor(3 * (x as number))),
          y: String(Math.floor(4 * (y as number))),
          kind: kind!,
        })),
    };
    for (const [name, make] of Object.entries(kinds)) {
      let [squares, n] = [0, 0];
      for (let seed = 1; seed <= 150; seed++) {
        const [real, heldOut, fresh] = [make(60, 3 * seed), make(40, 3 * seed + 1), make(300, 3 * seed + 2)];
        const { share, standardError } = (await measure(real, fresh, heldOut)).closerToTraining;
        if (standardError === 0) continue;
        squares += ((share - 0.5) / standardError) ** 2;
        n++;
      }
      // the mean of 150 squares of standard scores has a standard error of 0.12; 0.5 / sqrt(rows) gives 3.6 for numbers
      expect(Math.abs(squares / n - 1), name).toBeLessThan(0.4);
    }
  });
});

describe('efficacy', () => {
  /** y = 2 x + noise, which explains 4/5 of its variance; `sign` is that of x with an error of 1 in 10; `third` of three values follows x. */
  const lawful = (rows: number, seed: number): Row[] => {
    const u = uniforms(seed);
    const normal = (): number => Math.sqrt(-2 * Math.log(1 - u())) * Math.cos(2 * Math.PI * u());
    return Array.from({ length: rows }, () => {
      const x = normal();
      const sign = u() < 0.1 ? (x < 0 ? 'plus' : 'minus') : x < 0 ? 'minus' : 'plus';
      return { x, y: 2 * x + normal(), sign, third: x < -0.43 ? 'low' : x < 0.43 ? 'middle' : 'high' };
    });
  };
  const [real, heldOut] = [lawful(1500, 1), lawful(1500, 2)];
  const pick = (rows: readonly Row[], ...names: string[]): Row[] =>
    rows.map((row) => Object.fromEntries(names.map((name) => [name, row[name]!])));
  const measure = async (synthetic: readonly Row[], target: string, ...names: string[]) => {
    const [a, b, c] = [real, synthetic, heldOut].map((rows) => pick(rows, ...names, target)) as [Row[], Row[], Row[]];
    return (await tableReport(a, b, { heldOut: c, random: random(), target, rows: 10 })).efficacy!;
  };

  test('is that of the law for a number, and nothing for synthetic rows in which the target is shuffled', async () => {
    const good = await measure(lawful(1500, 3), 'y', 'x');
    expect([good.measure, good.rows, good.constant]).toEqual(['r2', 1500, 0]);
    expect(Math.abs(good.real - 0.8)).toBeLessThan(0.04);
    expect(Math.abs(good.ratio! - 1)).toBeLessThan(0.03);
    const shuffled = lawful(1500, 3).map((row, i, all) => ({ ...row, y: all[(i + 1) % all.length]!['y']! }));
    expect((await measure(shuffled, 'y', 'x')).synthetic).toBeLessThan(0.05);
  });

  test('has no ratio if the real rows do not help, and predicts the last column that has a choice of categories', async () => {
    const rows = (all: readonly Row[], flip = false): Row[] =>
      all.slice(0, 300).map(({ x, sign }, i) => ({
        x: x!,
        isPlus: (sign === 'plus') !== flip,
        same: i % 2 === 0 ? 'only' : null,
      }));
    const report = await tableReport(rows(real), rows(real), {
      heldOut: rows(heldOut, true),
      random: random(),
      rows: 10,
    });
    expect(report.efficacy).toMatchObject({ target: 'isPlus', measure: 'auc', ratio: null });
    expect(report.efficacy!.real).toBeLessThan(0.5);
  });

  test('is the area under the ROC curve for two categories, and the accuracy for more', async () => {
    const two = await measure(lawful(1000, 3), 'sign', 'x');
    expect([two.measure, two.rows, two.constant]).toEqual(['auc', 1000, 0.5]);
    // a score by the sign of x has sensitivity and specificity 0.9; within a sign, x says nothing
    expect(Math.abs(two.real - 0.9)).toBeLessThan(0.03);
    expect(Math.abs(two.ratio! - 1)).toBeLessThan(0.03);
    const three = await measure(lawful(1500, 3), 'third', 'x');
    expect(three.measure).toBe('accuracy');
    expect(Math.min(three.real, three.synthetic)).toBeGreaterThan(0.95);
    expect(Math.abs(three.constant - 1 / 3)).toBeLessThan(0.04);
  });
});

describe('tables that are not tidy', () => {
  const full = mixed(100, 1);
  const cases: Readonly<Record<string, readonly [Row[], Row[], Row[]]>> = {
    'a synthetic column without cells': [full, mixed(50, 2).map((row) => ({ ...row, size: null })), mixed(50, 3)],
    'synthetic columns that are constant': [
      full,
      mixed(50, 2).map((row) => ({ ...row, weight: 0.1, tail: 1e300, kind: 'a', isOld: true })),
      mixed(50, 3),
    ],
    'absent cells in held-out rows': [full, mixed(50, 2), mixed(50, 3).map((row) => without(row, 'size', 'kind'))],
    'new categories in all other rows': [
      full,
      mixed(50, 2).map((row) => ({ ...row, kind: 'x' })),
      mixed(50, 3).map((row) => ({ ...row, kind: 'y' })),
    ],
    'numbers near the largest one': [
      full.map((row, i) => ({ ...row, tail: i % 2 === 0 ? 1.7e308 : -1.7e308 * ((i + 1) / 100) })),
      mixed(50, 2),
      mixed(50, 3).map((row) => ({ ...row, tail: -1.7e308 })),
    ],
    'one column': [
      full.map(({ size }) => ({ size: size! })),
      mixed(50, 2).map(({ size }) => ({ size: size! })),
      mixed(50, 3).map(({ size }) => ({ size: size! })),
    ],
    'few rows': [full.slice(0, 4), full.slice(4, 6), full.slice(6, 8)],
  };

  test.each(Object.keys(cases))('%s: every number is finite', async (name) => {
    const [real, synthetic, heldOut] = cases[name]!;
    const kinds = { tail: 'number', weight: 'number', size: 'number' } as const;
    const used = Object.fromEntries(Object.entries(kinds).filter(([column]) => column in real[0]!));
    const description = describeTable(real, { kinds: used });
    expectPlain(await tableReport(real, synthetic, { heldOut, random: random(), description }));
  });

  test('a column without cells has the error 1 in its shape, and a constant one no correlation', async () => {
    const pick = (rows: readonly Row[]): Row[] => rows.map(({ size, weight }) => ({ size: size!, weight: weight! }));
    const [real, synthetic, heldOut] = cases['a synthetic column without cells']!.map(pick) as [Row[], Row[], Row[]];
    const report = await tableReport(real, synthetic, { heldOut, random: random() });
    expect(report.shapes.columns.find(({ name }) => name === 'size')!.error).toBe(1);
    await expectOracle(report.trends.error, Math.abs(correlation(real, 'size', 'weight')) / 2, { relative: 1e-9 });
  });

  test('structure that few of many pairs have is in the worst pairs and in the largest tenth, if not in the mean', async () => {
    // 20 of 780 pairs are equal in 9 of 10 rows; in the synthetic rows, they are independent
    const rows = (n: number, seed: number, isPaired: boolean): Row[] => {
      const u = uniforms(seed);
      return Array.from({ length: n }, () => {
        const first = Array.from({ length: 20 }, () => u() < 0.5);
        const second = first.map((one) => (isPaired ? (u() < 0.9 ? one : !one) : u() < 0.5));
        return Object.fromEntries([...first, ...second].map((cell, i) => [`c${i}`, cell]));
      });
    };
    const tables = { real: rows(400, 1, true), synthetic: rows(400, 2, false), heldOut: rows(400, 3, true) };
    const { sizes, heldOut, ...sides } = readTables('test', describeTable(tables.real), tables);
    const trends = await pairTrends({ ...sides, floor: heldOut }, sizes, (work) => Promise.resolve(work()));
    expect(trends.error).toBeLessThan(1.5 * trends.floor);
    expect(trends.largestTenth.error).toBeGreaterThan(1.7 * trends.largestTenth.floor);
    expect(trends.worstPairs.length).toBe(10);
    expect(trends.worstPairs[0]).toEqual(trends.worst);
    for (const { columns, error, floor } of trends.worstPairs) {
      expect(Number(columns[1].slice(1)) - Number(columns[0].slice(1))).toBe(20);
      expect(error).toBeGreaterThan(0.3);
      expect(floor).toBeLessThan(0.15);
    }
  });

  test('show 58 lost links of a chain of 200 columns, 9 of 108 nats, which the mean hides', async () => {
    // each column differs from the one before it with this probability: log 2 + 199 H(flip) = 108 nats
    const flip = 0.23;
    const rows = (seed: number, isLost: (column: number) => boolean): Row[] => {
      const u = uniforms(seed);
      return Array.from({ length: 2000 }, () => {
        let value = u() < 0.5;
        const cells = Array.from({ length: 200 }, (_, j) => (value = u() < (isLost(j) ? 0.5 : flip) ? !value : value));
        return Object.fromEntries(cells.map((cell, j) => [`c${j}`, cell]));
      });
    };
    const isLost = (column: number): boolean => column % 3 === 1 && column < 3 * 58;
    const tables = { real: rows(1, () => false), synthetic: rows(2, isLost), heldOut: rows(3, () => false) };
    const { sizes, heldOut, ...sides } = readTables('test', describeTable(tables.real), tables);
    const trends = await pairTrends({ ...sides, floor: heldOut }, sizes, (work) => Promise.resolve(work()));
    expect(trends.error).toBeLessThan(1.1 * trends.floor);
    expect(trends.largestTenth.error).toBeGreaterThan(1.3 * trends.largestTenth.floor);
    for (const { columns, error } of trends.worstPairs) {
      const [first, second] = columns.map((name) => Number(name.slice(1)));
      expect([isLost(second!), second! - first!]).toEqual([true, 1]);
      // half the difference between 1/2 and the probabilities of the four pairs
      expect(Math.abs(error - (0.5 - flip))).toBeLessThan(0.06);
    }
  });

  test('80 columns of two values are measured', async () => {
    const rows = (n: number, seed: number): Row[] => {
      const u = uniforms(seed);
      return Array.from({ length: n }, () =>
        Object.fromEntries(Array.from({ length: 80 }, (_, i) => [`c${i}`, u() < 0.5])),
      );
    };
    const report = await tableReport(rows(100, 1), rows(100, 2), { heldOut: rows(100, 3), random: random(), rows: 20 });
    expectPlain(report);
    expect(report.trends.pairs.length).toBe(3160);
  });
});

describe('arguments', () => {
  const [real, other] = [mixed(50, 1), mixed(20, 2)];
  const call = (synthetic: readonly Row[], options: object = {}) =>
    tableReport(real, synthetic, { heldOut: other, random: random(), ...options });

  test.each([
    ['a text in a column of numbers', () => call(other.map((row) => ({ ...row, tail: 'much' }))), /tableReport: `synthetic\[0\]\.tail` must be a number; got .*much/], // prettier-ignore
    ['a column that is absent', () => call(other.map((row) => without(row, 'tail'))), /tableReport: `synthetic` must have the column 'tail'/], // prettier-ignore
    ['a column that is new', () => call(other.map((row) => ({ ...row, z: 1 }))), /must have the columns of `real`; got .*z/], // prettier-ignore
    ['one held-out row', () => call(other, { heldOut: other.slice(1, 2) }), /`heldOut` must have at least two rows; got 1/], // prettier-ignore
    ['no held-out rows', () => call(other, { heldOut: undefined }), /tableReport: `heldOut`/],
    ['a target that is no column', () => call(other, { target: 'z' }), /tableReport: `target` must name a column/],
    ['a description that is none', () => call(other, { description: {} }), /tableReport: `description` must be the description of a table/], // prettier-ignore
  ])('%s', async (_, wrong, message) => {
    await expect(wrong()).rejects.toThrow(message);
  });

  test('errors about the real rows are those of the report', async () => {
    const [rows, few] = [(n: number) => Array.from({ length: n }, (_, i) => ({ a: 1, b: i })), real.slice(0, 5)];
    await expect(tableReport(rows(3), rows(2), { heldOut: rows(2), random: random() })).rejects.toThrow(
      'tableReport: `real.a` must hold at least two values; got 1 in all rows. Leave the column out.',
    );
    await expect(tableReport([], few, { heldOut: few, random: random() })).rejects.toThrow('tableReport: `real` must');
  });

  test('a signal stops it', async () => {
    const reason = new Error('enough');
    await expect(call(other, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});
