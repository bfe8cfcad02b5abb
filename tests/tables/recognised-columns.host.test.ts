import { describe, expect, test } from 'vitest';
import { createRandom } from '../../src/index.js';
import {
  createTableModel,
  decodeTable,
  describeTable,
  encodeTable,
  readRow,
  sampleTable,
  tableReport,
  type CategoryColumn,
  type Row,
} from '../../src/tables/index.js';

/** Uniform numbers in (0, 1), the same ones each time. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => ((state = (state * 1664525 + 1013904223) >>> 0) + 0.5) / 2 ** 32;
}

const u = numbers(5);
const list = <T>(count: number, of: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => of(i));
const shuffled = (count: number): number[] =>
  list(count, (i) => [u(), i] as const)
    .sort(([a], [b]) => a - b)
    .map(([, i]) => i);
const two = (n: number): string => String(n).padStart(2, '0');
const moments = list(300, () => new Date(Date.UTC(2020, 0, 1 + Math.floor(2000 * u()))));
const parts = (date: Date) => [date.getUTCDate(), date.getUTCMonth() + 1, date.getUTCFullYear()] as const;

const MONTHS = 'January,February,March,April,May,June,July,August,September,October,November,December'.split(',');

describe('amounts and days of a country are numbers and dates, and come back as they were written', () => {
  const money = list(300, () => (100 + Math.floor(1e6 * u() ** 3)) / 100);
  test.each<[string, string, string[]]>([
    ['number', '$0.00', money.map((x) => `$${x.toFixed(2)}`)],
    ['number', '$#,##0.00', money.map((x) => `$${x.toLocaleString('en', { minimumFractionDigits: 2 })}`)],
    ['integer', '£ #,##0', money.map((x) => `£ ${Math.floor(x).toLocaleString('en')}`)],
    ['number', '0.00 €', money.map((x) => `${(x - 2000).toFixed(2)} €`)],
    ['number', '$0.00', money.map((x) => `${x < 500 ? '-' : ''}$${x.toFixed(2)}`)],
    ['number', '#.##0,00 €', money.map((x) => `${x.toLocaleString('de', { minimumFractionDigits: 2 })} €`)],
    [
      'number',
      '#\u202f##0,00\u00a0€',
      money.map((x) => `${x.toLocaleString('fr', { minimumFractionDigits: 2 })}\u00a0€`),
    ],
    ['number', '€ 0,0', money.map((x) => `€ ${x.toFixed(1).replace('.', ',')}`)],
    ['number', '0,00 %', money.map((x) => `${(x / 100).toFixed(2).replace('.', ',')} %`)],
    ['integer', '0%', money.map((x) => `${Math.floor(x) % 101}%`)],
    ['number', '0.000 %', money.map((x) => `${(x / 100).toFixed(3)} %`)],
    ['date', 'DD.MM.YYYY', moments.map((date) => { const [d, m, y] = parts(date); return `${two(d)}.${two(m)}.${y}`; })], // prettier-ignore
    [
      'date',
      'M/D/YYYY',
      moments.map((date) => {
        const [d, m, y] = parts(date);
        return `${m}/${d}/${y}`;
      }),
    ],
    ['date', 'D MMM YYYY', moments.map((date) => { const [d, m, y] = parts(date); return `${d} ${MONTHS[m - 1]!.slice(0, 3)} ${y}`; })], // prettier-ignore
    ['date', 'MMMM D, YYYY', moments.map((date) => { const [d, m, y] = parts(date); return `${MONTHS[m - 1]!} ${d}, ${y}`; })], // prettier-ignore
    ['date', 'DD-MMM-YYYY', moments.map((date) => { const [d, m, y] = parts(date); return `${two(d)}-${MONTHS[m - 1]!.slice(0, 3)}-${y}`; })], // prettier-ignore
    ['date', 'YYYY/MM/DD', moments.map((date) => date.toISOString().slice(0, 10).replaceAll('-', '/'))],
    ['date', 'DD-MM-YYYY', moments.map((date) => { const [d, m, y] = parts(date); return `${two(d)}-${two(m)}-${y}`; })], // prettier-ignore
  ])('%s: %s', async (kind, written, cells) => {
    const rows = cells.map((a, i) => ({ a: i % 10 === 0 ? null : a, kind: 'xyz'[i % 3]! }));
    const description = describeTable(rows);
    expect(description.columns[0]).toMatchObject({ kind, written });
    expect(decodeTable(description, encodeTable(description, rows))).toEqual(rows);
    expect(decodeTable(JSON.parse(JSON.stringify(description)) as typeof description, encodeTable(description, rows))).toEqual(rows); // prettier-ignore
    const model = createTableModel({ description, width: 4, layers: 1, random: createRandom(1) });
    const known = readRow(description, { a: cells[1], kind: 'y' });
    const made = await sampleTable(model, 3, { random: createRandom(2), steps: 1, known });
    expect(made.map(({ a }) => a)).toEqual(list(3, () => cells[1]));
    const report = await tableReport(rows, made, { heldOut: rows, random: createRandom(3), rows: 2 });
    expect(Number.isFinite(report.shapes.error)).toBe(true);
    expect(() => readRow(description, { a: '12.50' })).toThrow(`\`texts.a\` must be a ${kind}`);
    model.dispose();
  });

  test('what is not clear stays text: two orders, none, two currencies, a sign of thousands or decimals', () => {
    const texts: readonly (readonly string[])[] = [
      moments.map((date) => { const [d, m, y] = parts(date); return u() < 0.5 ? `${d}/${m}/${y}` : `${m}/${d}/${y}`; }), // prettier-ignore
      moments.map((_, i) => `${1 + (i % 12)}/${1 + ((i >> 2) % 12)}/20${10 + (i % 80)}`),
      money.map((x, i) => `${'$€'[i % 2]}${x}`),
      money.map((x) => `€${(1 + x / 1e4).toFixed(3)}`),
      money.map((x) => `$${(1 + x / 1e4).toFixed(3)}`),
      money.map((x) => `${(1 + x / 1e4).toFixed(3).replace('.', ',')} €`),
      money.map((x, i) => `${(10 + x).toFixed(2).replace('.', '.,'[i % 2]!)} €`),
      money.map((x) => `US$${x}`),
    ];
    for (const a of texts) {
      // twice as many rows, so that they are categories and no identifier
      expect(describeTable({ a: [...a, ...a] }).columns[0]!.kind, a[0]).toBe('category');
    }
  });

  test('the forms of $0 and of 0 € do not say what a comma means, which only a dollar shows', () => {
    const of = (sign: (x: number) => string) => describeTable({ a: list(60, sign) });
    const [dollars, euros] = [of((x) => `$${x}`), of((x) => `${x} €`)];
    expect(encodeTable(dollars, { a: ['$1,234'] }).shape).toEqual([1, 1]);
    expect(() => encodeTable(euros, { a: ['1,234 €'] })).toThrow('must be a integer; got');
    expect(() =>
      encodeTable(
        of((x) => `${1000 + x}.5 €`),
        { a: ['1,5 €'] },
      ),
    ).toThrow('must be a number; got');
  });

  test('days of which no row shows the order are asked for by `kinds`, which also reads them', () => {
    const when = list(60, (i) => `${two(1 + (i % 12))}/${two(1 + (i % 5))}/20${10 + i}`);
    const fix = "Is the day or the month first? Say kinds: { when: 'DD/MM/YYYY' } or 'MM/DD/YYYY'.";
    expect(() => describeTable({ when })).toThrow(fix);
    expect(() => describeTable({ when }, { kinds: { when: 'date' } })).toThrow(fix);
    for (const [kind, at] of [
      ['DD/MM/YYYY', Date.UTC(2010, 0, 1)],
      ['MM/DD/YYYY', Date.UTC(2010, 0, 1)],
    ] as const) {
      const description = describeTable({ when }, { kinds: { when: kind } });
      expect(description.columns[0]).toMatchObject({ kind: 'date', written: kind, range: [at, expect.any(Number)] });
      const encoded = encodeTable(description, { when });
      expect(decodeTable(description, encoded).map((row) => row['when'])).toEqual(when);
    }
  });
});

describe('more than 1,000 texts', () => {
  const names = list(4000, (i) => `v${Math.floor(1500 * u() ** 2)}-${i % 2}`);
  const description = describeTable({ names });
  const column = description.columns[0] as CategoryColumn;

  test('become 999 categories, and other for the rest and for new ones', () => {
    expect([column.categories.length, column.other]).toEqual([1000, 'other']);
    expect(column.categories.reduce((sum, { count }) => sum + count, 0)).toBe(4000);
    expect(description.notes).toEqual([
      `names: ${new Set(names).size - 999} rare values of ${new Set(names).size} become 'other'.`,
    ]);
    const kept = new Set(column.categories.map(({ value }) => value));
    const back = decodeTable(description, encodeTable(description, { names }));
    expect(back.map((row) => row['names'])).toEqual(names.map((name) => (kept.has(name) ? name : 'other')));
    expect(decodeTable(description, encodeTable(description, [{ names: 'new' }]))).toEqual([{ names: 'other' }]);
    expect(readRow(description, { names: 'new' })).toEqual({ names: 'new' });
  });

  test('are compared as the model has them', async () => {
    const made = decodeTable(description, encodeTable(description, { names }));
    const report = await tableReport({ names }, made, { heldOut: { names }, random: createRandom(1), rows: 2 });
    expect(report.shapes.error).toBe(0);
  });
});

describe('notes', () => {
  const noted = (a: readonly unknown[]): boolean =>
    describeTable({ a: a as number[] }).notes.some((note) => note.startsWith('a: all numbers differ'));
  const normal = (): number => Math.sqrt(-2 * Math.log(u())) * Math.cos(2 * Math.PI * u());

  test('point to identifiers, and to few measurements', () => {
    const rate = (make: () => number[]): number => list(12, make).filter(noted).length / 12;
    const size = (): number => 200 + Math.floor(400 * u());
    // random numbers of nine digits, and even ones, in any order and in their own
    expect(rate(() => [...new Set(list(size(), () => Math.floor(1e9 * u())))])).toBeGreaterThan(0.8);
    expect(rate(() => shuffled(size()).map((i) => 2 * i))).toBe(1);
    expect(rate(() => list(size(), (i) => 1000 + 10 * i))).toBe(1);
    // incomes, bell curves, moments in order
    expect(rate(() => [...new Set(list(size(), () => Math.round(1e6 * Math.exp(normal()))))])).toBe(0);
    expect(rate(() => [...new Set(list(size(), () => Math.round(1e8 + 1e7 * normal())))])).toBeLessThan(0.2);
    expect(rate(() => list(size(), (i) => 1.7e9 + 1000 * i + Math.floor(900 * u())))).toBe(0);
  });

  test('suggest orders that hold in all rows, and none by chance', () => {
    const rows = list(300, () => {
      const [a, b, c] = [100 * u(), 30 * u() ** 2, 30 * u() ** 2];
      return { end: a + b + c, size: 1 + u(), start: a, price: 1000 + 10 * a, middle: u() < 0.1 ? null : a + b };
    });
    const { notes } = describeTable(rows);
    expect(notes).toEqual([
      "Each first column is at most the second in all rows: orders: [['start', 'middle'], ['middle', 'end']] keeps it so.",
    ]);
    const orders: [string, string][] = [['start', 'middle'], ['middle', 'end']]; // prettier-ignore
    expect(describeTable(rows, { orders }).notes).toEqual([]);
    const independent = list(20, () => list(60, () => ({ a: normal(), b: normal() + 2, c: u(), d: 1 + u() })));
    const tables = independent.map((table) => describeTable(table).notes.filter((note) => note.includes('orders')));
    expect(tables.flat()).toEqual([]);
  });

  test('and errors: all columns that cannot be learned are in one error', () => {
    const rows: Row[] = list(40, (i) => ({ id: `n${i}`, size: u(), same: 1, mixed: i % 2 ? 1 : 'x' }));
    const call = () => describeTable(rows);
    expect(call).toThrow(
      'describeTable: `rows` must have columns that a model can learn; got 3 others: id, same, mixed. `rows.id` must not be',
    );
    expect(messagesOf(call).map((message) => message.slice(0, 40))).toEqual([
      'describeTable: `rows.id` must not be an ',
      'describeTable: `rows.same` must hold at ',
      'describeTable: `rows.mixed` must hold on',
    ]);
  });

  test('and those of single cells', () => {
    const cells = {
      object: [{}, 1, 2],
      late: [1, 2, Infinity],
      big: [2n ** 60n, 1n, 2n],
      fine: [1, 2, 3],
      same: [1, 1, 1],
    };
    const rows = list(3, (i) => Object.fromEntries(Object.entries(cells).map(([name, all]) => [name, all[i]])));
    for (const [table, at] of [
      [cells, (name: string, i: number) => `rows.${name}[${i}]`],
      [rows, (name: string, i: number) => `rows[${i}].${name}`],
    ] as const) {
      const messages = messagesOf(() => describeTable(table as unknown as Row[]));
      expect(messages.map((message) => message.slice(0, 50).split('`')[1])).toEqual([
        at('object', 0),
        at('late', 2),
        at('big', 0),
        'rows.same',
      ]);
    }
    expect(
      messagesOf(() => describeTable({ a: 5, b: [1], c: [1, 2] } as unknown as Row[])).map((one) => one.slice(0, 40)),
    ).toEqual([
      'describeTable: `rows.a` must be an array',
      'describeTable: `rows.b` must hold at lea',
      'describeTable: `rows.c` must have 1 cell',
    ]);
    // one error is itself
    expect(() => describeTable({ a: [Infinity, 1], b: [1, 2] })).toThrow(
      'describeTable: `rows.a[0]` must be finite; got Infinity',
    );
  });

  test('and kinds that the cells do not have', () => {
    for (const [kind, a] of [
      ['number', [true, false]],
      ['integer', [true, false]],
      ['date', [true, false]],
      ['boolean', [0, 1]],
      ['boolean', ['true', 'false']],
    ] as const) {
      expect(() => describeTable({ a }, { kinds: { a: kind } })).toThrow(
        new RegExp(
          `\`rows.a\` must match kinds.a; got '?${a[0]}'?. Convert the cells, or say kinds: \\{ a: 'category' \\}.`,
        ),
      );
      expect(describeTable({ a }, { kinds: { a: 'category' } }).columns[0]).toHaveProperty('categories');
    }
  });
});

/** The messages of all errors that a call throws. */
function messagesOf(call: () => unknown): string[] {
  try {
    call();
  } catch (error) {
    return (error as AggregateError).errors.map(({ message }: Error) => message);
  }
  return [];
}
