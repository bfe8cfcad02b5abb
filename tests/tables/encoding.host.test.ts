import { describe, expect, test } from 'vitest';
import { decodeTable, describeTable, encodeTable, type NumberColumn, type Row } from '../../src/tables/index.js';

/** Uniform numbers in (0, 1), the same ones each time. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => ((state = (state * 1664525 + 1013904223) >>> 0) + 0.5) / 2 ** 32;
}

const uniform = numbers(7);
const normal = (): number => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
const pick = <T>(values: readonly T[]): T => values[Math.floor(uniform() * values.length)]!;

/** A table with all kinds of columns, gaps in them, and heavy tails. */
function mixedRows(count: number): Row[] {
  return Array.from({ length: count }, (_, i) => ({
    height: 170 + 10 * normal(),
    price: uniform() < 0.3 ? null : Math.round(100 * Math.exp(3 * normal())) / 100,
    stock: uniform() < 0.5 ? 0 : Math.floor(1e6 * uniform()),
    rating: pick([1, 2, 3, 4, 5]),
    city: pick(['Rome', 'Oslo', 'Lima', null]),
    isNew: pick([true, false]),
    born: new Date(Date.UTC(1960, 0, Math.floor(20_000 * uniform()))),
    seen: uniform() < 0.6 ? '' : new Date(Date.UTC(2020, 0, 1) + Math.floor(1e5 * uniform()) * 1000).toISOString(),
    day: `2024-0${1 + Math.floor(9 * uniform())}-1${Math.floor(9 * uniform())}`,
    postcode: String(10_000 + (i % 40)),
  }));
}

describe('describeTable', () => {
  test('tells kinds, ranges, decimals, categories and the share of missing cells', () => {
    const rows = mixedRows(2000);
    const { columns, notes } = describeTable(rows);
    const found = Object.fromEntries(columns.map((column) => [column.name, column]));
    expect(columns.map(({ name, kind }) => [name, kind])).toEqual([
      ['height', 'number'],
      ['price', 'number'],
      ['stock', 'integer'],
      ['rating', 'category'],
      ['city', 'category'],
      ['isNew', 'boolean'],
      ['born', 'date'],
      ['seen', 'date'],
      ['day', 'date'],
      ['postcode', 'category'],
    ]);
    expect(found['price']).toMatchObject({
      decimals: 2,
      missing: rows.filter(({ price }) => price === null).length / 2000,
    });
    expect(found['height']).toMatchObject({ decimals: null, missing: 0 });
    const heights = rows.map(({ height }) => height as number);
    expect(found['height']).toMatchObject({ range: [Math.min(...heights), Math.max(...heights)] });
    expect(found['rating']).toMatchObject({ missing: 0 });
    expect(found['seen']).toMatchObject({ unit: 1000, written: 'YYYY-MM-DDThh:mm:ss.sssZ' });
    expect(found['born']).toMatchObject({ unit: 86_400_000, written: 'date' });
    expect(notes.filter((note) => note.startsWith('seen'))).toEqual([
      expect.stringMatching(/% of the cells are missing/),
    ]);
    expect(JSON.parse(JSON.stringify({ columns }))).toEqual({ columns });
  });

  test('reads columns as it reads rows, also typed arrays and bigints', () => {
    const rows = mixedRows(300);
    const byColumn = Object.fromEntries(Object.keys(rows[0]!).map((name) => [name, rows.map((row) => row[name]!)]));
    expect(describeTable(byColumn)).toEqual(describeTable(rows));
    const plain = describeTable({ a: [1, 2, 3], b: [0.5, 1.5, 2.5] });
    expect(describeTable({ a: [1n, 2n, 3n], b: Float64Array.of(0.5, 1.5, 2.5) })).toEqual(plain);
  });

  const many = Array.from({ length: 1100 }, (_, i) => `v${i}`);
  test.each<[string, Row[], string]>([
    ['an empty table', [], 'describeTable: `rows` must have rows and columns; got none.'],
    [
      'a constant',
      [{ a: 1 }, { a: 1 }],
      'describeTable: `rows.a` must hold at least two values; got 1 in all rows. Leave',
    ],
    ['nothing', [{ a: 1, b: null }, { a: 2 }], '`rows.b` must hold at least two values; got nothing.'],
    [
      'mixed kinds',
      [{ a: 1 }, { a: 'x' }],
      "`rows.a` must hold one kind of cell; got number (1) and text ('x'). Put null for",
    ],
    [
      'an identifier',
      many.slice(0, 40).map((a) => ({ a })),
      '`rows.a` must not be an identifier or a free text; got 40 values in 40 rows.',
    ],
    [
      'a row number',
      many.map((_, a) => ({ a })),
      '`rows.a` must not be an identifier; got 1100 different whole numbers from 0 to 1099. Leave the column out, or say kinds',
    ],
    ['an object', [{ a: {} as never }], '`rows[0].a` must be a number, a text, true, false, a date or null'],
    ['infinity', [{ a: Infinity }], '`rows[0].a` must be finite; got Infinity. Put null.'],
  ])('rejects %s in one sentence', (_, rows, message) => {
    expect(() => describeTable(rows)).toThrow(message);
  });

  /** Numbers 0 to n - 1 in random order. */
  const shuffled = (n: number): number[] => {
    const order = Array.from({ length: n }, (_, i) => [uniform(), i] as const);
    return order.sort(([a], [b]) => a - b).map(([, i]) => i);
  };

  test('refuses whole numbers that differ although as many draws would collide, and no other measurement', () => {
    const identifiers = [
      shuffled(1000),
      shuffled(4000).slice(0, 1000),
      shuffled(300).map((i) => 70_000 + 5 * i + Math.floor(5 * uniform())),
    ];
    for (const a of identifiers) {
      expect(() => describeTable({ a })).toThrow('`rows.a` must not be an identifier');
      expect(describeTable({ a }, { kinds: { a: 'integer' } }).columns[0]!.kind).toBe('integer');
    }
    const measurements = [
      shuffled(1e5).slice(0, 100),
      // a steady pace of 5 seconds
      shuffled(1000).map((i) => 1_700_000_000 + 5 * i),
      shuffled(1000).map((i) => 1_700_000_000 + 20 * i + Math.floor(20 * uniform())),
      shuffled(1000).map((i) => new Date(86_400_000 * i)),
      shuffled(1000).map((i) => i / 8),
      shuffled(20),
    ];
    for (const a of measurements) expect(describeTable({ a }).rows).toBe(a.length);
  });

  test('accepts numbers and texts together if they are declared as categories', () => {
    const rows = [{ code: 'A1' }, { code: 12 }, { code: '12' }, { code: null }, { code: 12 }];
    expect(() => describeTable(rows)).toThrow("kinds: { code: 'category' }");
    const description = describeTable(rows, { kinds: { code: 'category' } });
    expect(decodeTable(description, encodeTable(description, rows))).toEqual(rows);
  });

  test('points to ISO 8601 for other dates, and notes what comes back differently', () => {
    const dates = Array.from({ length: 60 }, (_, i) => `Nov ${1 + (i % 28)}, ${1990 + i} 10:00`);
    expect(() => describeTable({ dates })).toThrow('Convert dates to Date, or to texts such as 2026-11-30.');
    expect(() => describeTable({ dates }, { kinds: { dates: 'date' } })).toThrow('such as 2026-11-30.');
    const { notes } = describeTable({ at: ['2026-03-29T01:00:00+01:00', '2026-03-29T03:00:00+02:00'] });
    expect(notes).toContain('at: dates in several forms come back as YYYY-MM-DDThh:mm:ssZ.');
  });

  test('uses the given kind', () => {
    const rows = many.slice(0, 400).map((_, i) => ({ zip: `${10_000 + i}`, year: 2000 + (i % 5) }));
    expect(describeTable(rows, { kinds: { zip: 'number', year: 'integer' } }).columns.map(({ kind }) => kind)).toEqual([
      'integer',
      'integer',
    ]);
    expect(() => describeTable(rows, { kinds: { zap: 'number' } })).toThrow('`kinds` must name columns; got');
    expect(() => describeTable(rows)).toThrow("say kinds: { zip: 'number' }");
  });
});

describe('encodeTable', () => {
  test('and decodeTable change no row', () => {
    const rows = mixedRows(3000);
    const description = describeTable(rows);
    const back = decodeTable(description, encodeTable(description, rows));
    rows.forEach((row, i) => {
      const { height, ...others } = back[i]!;
      // a number without decimals, to the precision of float32
      expect(Math.abs((height as number) - (row['height'] as number))).toBeLessThan(1e-4);
      const expected: Partial<Row> = { ...row };
      delete (expected as Record<string, unknown>)['height'];
      expect(others).toEqual({ ...expected, seen: expected['seen'] === '' ? null : expected['seen'] });
    });
  });

  const seconds = Array.from({ length: 300 }, () => 1000 * Math.floor(1e7 * uniform()));
  const day = 86_400_000;
  test.each<[string, number, (iso: string) => string]>([
    ['2026-11', 31 * day, (iso) => iso.slice(0, 7)],
    ['2026-11-30', day, (iso) => iso.slice(0, 10)],
    ['2026-11-30T12:00', 60_000, (iso) => iso.slice(0, 16)],
    ['2026-11-30 12:00:00', 1000, (iso) => iso.slice(0, 19).replace('T', ' ')],
    ['2026-11-30T12:00:00Z', 1000, (iso) => `${iso.slice(0, 19)}Z`],
    ['2026-11-30T12:00:00.000Z', 1000, (iso) => iso],
    ['2026-11-30T12:00:00-03:30', 1000, (iso) => `${iso.slice(0, 19)}-03:30`],
    ['2026-11-30T12:00:00.000+0200', 1000, (iso) => `${iso.slice(0, 23)}+0200`],
  ])('and decodeTable bring dates back as they are written: %s', (_, unit, write) => {
    const rows = seconds.map((second) => ({
      at: write(new Date(1.6e12 + second * Math.ceil(unit / 1e7)).toISOString()),
    }));
    const description = describeTable(rows);
    expect(description.columns[0]).toMatchObject({ kind: 'date', unit: Math.min(unit, day) });
    expect(decodeTable(description, encodeTable(description, rows))).toEqual(rows);
    // the numbers are those of Date, where that reads such texts in UTC
    const [low] = (description.columns[0] as NumberColumn).range;
    const zoned = rows.map(({ at }) => (/Z$|[+-]\d\d:?\d\d$/.test(at) || at.length <= 10 ? at : `${at}Z`));
    expect(low).toBe(Math.min(...zoned.map((at) => Date.parse(at))));
  });

  test('and decodeTable keep names of columns that objects have, 0 without a sign, and float32 with few digits', () => {
    const names = ['', 'a.b', '__proto__', 'constructor', 'toString', 'kinds'];
    const numbers = Float32Array.from({ length: 100 }, () => Math.round(10 * normal()) / 10);
    const table = Object.fromEntries(names.map((name) => [name, numbers]));
    const description = describeTable(table);
    expect(description.columns.map(({ name }) => name)).toEqual(names);
    expect(description.columns[0]).toMatchObject({ decimals: 1 });
    const back = decodeTable(description, encodeTable(description, table));
    // without the noise of float32
    const expected = Array.from(numbers, (number) => Math.round(10 * number) / 10 + 0);
    for (const name of names) expect(back.map((row) => row[name])).toEqual(expected);
    expect((describeTable({ a: [-0, Math.PI] }).columns[0] as NumberColumn).range).toEqual([0, Math.PI]);
    const rows = [{ constructor: 1.5, b: 1 }, { b: 2 }, { constructor: 2.5, b: 3 }] as unknown as Row[];
    expect(describeTable(rows).columns[0]!.missing).toBeCloseTo(1 / 3);
  });

  test('makes every column of numbers N(0, 1)', () => {
    const rows = mixedRows(4000).map(({ height, price, stock, born }) => ({ height, price, stock, born }));
    const description = describeTable(rows);
    const { data, shape } = encodeTable(description, rows);
    const [count, width] = shape as [number, number];
    // the Kolmogorov distance to the normal distribution function, by its values at a few scores
    const quantiles = [-1.6449, -0.6745, 0, 0.6745, 1.6449].map(
      (score, i) => [score, [0.05, 0.25, 0.5, 0.75, 0.95][i]!] as const,
    );
    for (let column = 0; column < 4; column++) {
      const scores = Array.from({ length: count }, (_, row) => data[row * width + column]!);
      const present = scores.filter((_, row) => column !== 1 || rows[row]!.price !== null);
      for (const [score, share] of quantiles) {
        const below = present.filter((one) => one < score).length / present.length;
        expect(Math.abs(below - share)).toBeLessThan(0.01);
      }
    }
  });

  test('does the same with a description from a file, of at most 10 kB for each column', () => {
    const rows = mixedRows(5000);
    const description = describeTable(rows);
    const file = JSON.stringify(description);
    const encoded = encodeTable(description, rows);
    expect(encodeTable(JSON.parse(file) as typeof description, rows)).toEqual(encoded);
    expect(decodeTable(JSON.parse(file) as typeof description, encoded)).toEqual(decodeTable(description, encoded));
    expect(Math.max(...description.columns.map((column) => JSON.stringify(column).length))).toBeLessThan(10_000);
  });

  test('gives a number far outside of the table a score far from all others, and decodes it into the range', () => {
    const rows = mixedRows(1000).map(({ height }) => ({ height }));
    const description = describeTable(rows);
    const { data } = encodeTable(description, [{ height: 1000 }, { height: -1000 }]);
    expect(data[0]).toBeGreaterThan(20);
    expect(data[1]).toBeLessThan(-20);
    const [low, high] = (description.columns[0] as NumberColumn).range;
    expect(decodeTable(description, { data, shape: [2, 1] })).toEqual([{ height: high }, { height: low }]);
  });

  test('names the cell that does not fit', () => {
    const description = describeTable([
      { kind: 'a', size: 1.5 },
      { kind: 'b', size: 2.5 },
    ]);
    expect(() => encodeTable(description, [{ kind: 'c', size: 1 }])).toThrow(
      'encodeTable: `rows[0].kind` must be one of the 2 categories of the description',
    );
    expect(() => encodeTable(description, [{ kind: 'a', size: 'x' }])).toThrow('`rows[0].size` must be a number');
    expect(() => encodeTable(description, [{ kind: 'a', size: null }])).toThrow('`rows[0].size` must be a number');
    expect(() => encodeTable(description, [{ kind: 'a' }])).toThrow("must have the column 'size'");
    expect(() => encodeTable(description, [{ kind: 'a', size: 1, more: 2 }])).toThrow(
      'must have the columns of the description',
    );
  });
});

describe('constraints', () => {
  const rows = Array.from({ length: 500 }, () => {
    const from = Math.floor(1000 * uniform());
    const [country, city] = pick([
      ['IT', 'Rome'],
      ['IT', 'Bari'],
      ['NO', 'Oslo'],
    ] as const);
    const to = from + Math.floor(50 * uniform() ** 2);
    return { from: uniform() < 0.2 ? null : from, to: uniform() < 0.2 ? null : to, country, city };
  });
  const description = describeTable(rows, { orders: [['from', 'to']], combinations: [['country', 'city']] });

  test('hold for whatever a model gives, and change no row of the table', () => {
    const encoded = encodeTable(description, rows);
    expect(decodeTable(description, encoded)).toEqual(rows);
    expect(encoded.shape).toEqual([500, 5]);
    const data = Float32Array.from({ length: 5000 }, (_, i) => {
      if (i % 5 < 2) return 2 * normal();
      return Math.floor(uniform() * (i % 5 === 4 ? 3 : 2));
    });
    for (const { from, to, country, city } of decodeTable(description, { data, shape: [1000, 5] })) {
      if (from !== null && to !== null) expect(to as number).toBeGreaterThanOrEqual(from as number);
      expect(country === 'NO').toBe(city === 'Oslo');
    }
  });

  test.each<[object, string]>([
    [{ combinations: ['country', 'city'] }, '`combinations` must be a list of lists of names'],
    [{ combinations: [['city', 'city']] }, '`combinations` must have no column twice'],
    [{ combinations: [['country', 'city'], ['city', 'country']] }, '`combinations` must have no column twice'], // prettier-ignore
    [{ combinations: [['country', 'from']] }, '`combinations` must name columns of categories'],
    [{ orders: ['from', 'to'] }, '`orders` must be a list of lists of names'],
    [{ orders: [['from', 'to', 'day']] }, '`orders` must be pairs of columns'],
    [{ orders: [['from', 'day']] }, '`orders` must be two columns of numbers or two of dates'],
    [{ kinds: { day: 'number' } }, '`rows.day` must match kinds.day'],
    [{ kinds: { share: 'integer' } }, '`rows.share` must match kinds.share'],
  ])('are checked: %j', (options, message) => {
    const more = rows.map((row, i) => ({ ...row, day: `2026-01-${11 + (i % 9)}`, share: uniform() }));
    expect(() => describeTable(more, options)).toThrow(message);
  });

  test('must hold in the table', () => {
    expect(() =>
      describeTable(
        [
          { a: 1, b: 2 },
          { a: 3, b: 2 },
          { a: 1, b: 1 },
        ],
        { orders: [['a', 'b']] },
      ),
    ).toThrow('describeTable: `rows[1]` must have a <= b; got 3 and 2.');
    expect(() => encodeTable(description, [{ from: 1, to: 2, country: 'NO', city: 'Rome' }])).toThrow(
      'must have a combination of country and city that the table has; got NO and Rome.',
    );
  });
});
