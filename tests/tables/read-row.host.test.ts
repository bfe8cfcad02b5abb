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
  type Row,
} from '../../src/tables/index.js';

const rows = Array.from({ length: 40 }, (_, i) => ({
  height: 150 + i + 0.5,
  floors: (i * 7) % 31,
  day: new Date(Date.UTC(2026, 0, 1 + i)).toISOString().slice(0, 10),
  opened: new Date(Date.UTC(2026, 0, 1, i)),
  stars: 1 + (i % 3),
  city: ['Rome', 'Oslo', 'a, b'][i % 3]!,
  isNew: i % 2 === 0,
}));
const description = describeTable(rows, { kinds: { stars: 'category' } });
const model = createTableModel({ description, width: 4, layers: 1, random: createRandom(1) });
const random = createRandom(2);

/** Cells that do not fit, by column. */
const wrong: readonly (readonly [keyof (typeof rows)[0], Row[string]])[] = [
  ...['Infinity', '-Infinity', 'NaN', '1e999', '0x10', '0b1', '1,5', '2026-01-05', 'tall', ' ', '1.7.1'].map((cell) => ['height', cell] as const), // prettier-ignore
  ['height', new Date(160)],
  ['height', true],
  ['floors', new Date(5)],
  ['floors', '2026-01'],
  ...['5', '20260105', '2026', '2026-02-30', '05.01.2026', 'Infinity', 'soon'].map((cell) => ['day', cell] as const),
  ['day', 1_767_571_200_000],
  ['opened', 1_767_571_200_000],
  ['opened', '12'],
  ['opened', true],
  ['stars', 4],
  ['stars', new Date(1)],
  ['city', 'Bergen'],
  ['city', 1],
  ['isNew', 1],
  ['isNew', 'yes'],
];
/** Cells of the right type that no row can have. */
const impossible = [['floors', 70.5], ['day', '2026-01-05T12:00']] as const; // prettier-ignore

const sample = (known: Row | readonly Row[], n = 2) => sampleTable(model, n, { random, steps: 1, known });

describe('each door refuses a cell that is none of its column, in one sentence with its place', () => {
  test.each([...wrong, ...impossible])('%s: %s', async (name, cell) => {
    const others = rows.slice(0, 3).map((row, i) => (i === 1 ? { ...row, [name]: cell } : row));
    expect(() => encodeTable(description, others)).toThrow(`encodeTable: \`rows[1].${name}\` must be`);
    await expect(sample({ [name]: cell })).rejects.toThrow(`sampleTable: \`known.${name}\` must be`);
    await expect(sample([{}, { [name]: cell }])).rejects.toThrow(`sampleTable: \`known[1].${name}\` must be`);
    // a report compares categories and fractions that are new, too
    if (['stars', 'city', 'isNew'].includes(name) || cell === 70.5 || cell === '2026-01-05T12:00') return;
    await expect(tableReport(rows, others, { heldOut: rows, random, description, rows: 2 })).rejects.toThrow(
      `tableReport: \`synthetic[1].${name}\` must be`,
    );
  });

  test.each<[string, Row[string], string]>([
    ['height', NaN, 'must be a value, or null to fill it in; got NaN.'],
    ['opened', new Date(NaN), 'must be a value, or null to fill it in; got Invalid Date.'],
    ['height', '170', "must be a number; got '170'. Read texts with readRow."],
    ['stars', '2', "must be one of the 3 categories of the description: 1, 2, 3; got '2'."],
    ['height', 149, 'must be from 150.5 to 189.5; got 149.'],
    ['day', '2026-02-10', 'must be from 2026-01-01T00:00:00.000Z to 2026-02-09T00:00:00.000Z; got'],
    ['opened', new Date(Date.UTC(2027, 0)), 'must be from 2026-01-01T00:00:00.000Z to'],
  ])('a known %s of %s is refused', async (name, cell, message) => {
    await expect(sample({ [name]: cell })).rejects.toThrow(`sampleTable: \`known.${name}\` ${message}`);
  });

  test.each<[Row | readonly Row[], string]>([
    [{ height: Infinity }, '`known.height` must be finite'],
    [[{ height: 170 }, { height: Infinity }], '`known[1].height` must be finite'],
    [{ city: {} as string }, '`known.city` must be a number, a text, true, false, a date or null; got {}'],
    [
      [{}, { city: [1] as unknown as string }],
      '`known[1].city` must be a number, a text, true, false, a date or null; got [1]',
    ],
    [{ floors: 2n ** 60n }, '`known.floors` must be between -2^53 and 2^53'],
    [5 as unknown as Row, '`known` must be a record of cells; got 5'],
    [[{}, null] as unknown as Row[], '`known[1]` must be a record of cells; got null'],
  ])('a known cell that is none is named as it was given: %#', async (known, message) => {
    await expect(sample(known)).rejects.toThrow(`sampleTable: ${message}`);
  });

  test('bigints that float64 would merge are refused, others are numbers', async () => {
    const ids = Array.from({ length: 60 }, (_, i) => BigInt(i % 3) + 2n ** 53n);
    expect(() => describeTable({ ids }, { kinds: { ids: 'category' } })).toThrow(
      'describeTable: `rows.ids[0]` must be between -2^53 and 2^53; got 9007199254740992n. Write it as a text',
    );
    expect((await sample({ floors: 5n }))[0]!['floors']).toBe(5);
  });

  test('describeTable refuses texts that are no numbers or dates where `kinds` says so', () => {
    for (const [kind, cell] of [
      ['number', 'Infinity'],
      ['number', '1e999'],
      ['number', '0x10'],
      ['date', '5'],
      ['date', '20260105'],
    ] as const) {
      // prettier-ignore
      const a = ['1.5', '2026-01-05'].map((text, i) => (i === (kind === 'date' ? 1 : 0) ? text : cell));
      expect(() => describeTable({ a }, { kinds: { a: kind } })).toThrow('`rows.a` must match kinds.a; got');
    }
  });
});

describe('readRow', () => {
  test('reads what String and toISOString write, for every cell of a table', () => {
    for (const [i, row] of rows.entries()) {
      const texts = Object.fromEntries(
        Object.entries(row).map(([name, cell]) => [name, cell instanceof Date ? cell.toISOString() : String(cell)]),
      );
      expect(readRow(description, texts, i)).toEqual(row);
    }
    expect(readRow(description, { height: '', city: undefined })).toEqual({ height: null, city: undefined });
    expect(readRow(description, { height: ' 1.7e2 ' })).toEqual({ height: 170 });
    const milliseconds = describeTable({ at: rows.map(({ opened }) => opened.getTime()) }, { kinds: { at: 'date' } });
    const at = rows[3]!.opened.getTime();
    for (const text of [String(at), new Date(at).toISOString()]) expect(readRow(milliseconds, { at: text })).toEqual({ at }); // prettier-ignore
  });

  test('its rows are known cells, which come back', async () => {
    const known = readRow(description, { height: '170', stars: '2', day: '2026-01-05', isNew: 'false', city: '' });
    for (const { height, stars, day, isNew } of await sample(known)) {
      expect([height, stars, day, isNew]).toEqual([170, 2, '2026-01-05', false]);
    }
    const [made] = decodeTable(description, encodeTable(description, [{ ...rows[0], ...known, city: 'Rome' }]));
    expect(made).toMatchObject({ height: 170, stars: 2 });
  });

  test.each<[Record<string, unknown>, string]>([
    [{ height: 'tall' }, "readRow: `texts[7].height` must be a number; got 'tall'."],
    [{ floors: '70.5' }, 'readRow: `texts[7].floors` must be a whole number; got 70.5.'],
    [{ stars: '2.5' }, "`texts[7].stars` must be one of the 3 categories of the description: 1, 2, 3; got '2.5'."],
    [{ city: 'rome' }, "must be one of the 3 categories of the description: 'Rome', 'Oslo', 'a, b'; got 'rome'."],
    [{ isNew: 'yes' }, "of the 2 categories of the description: true, false; got 'yes'."],
    [{ day: '5' }, "`texts[7].day` must be a date; got '5'."],
    [
      { size: '5' },
      'readRow: `texts[7]` must have columns of the description: height, floors, day, opened, stars, city',
    ],
    [{ height: ['1', '2'] }, 'readRow: `texts[7].height` must be a text; got'],
  ])('refuses %j', (texts, message) => {
    expect(() => readRow(description, texts as Record<string, string>, 7)).toThrow(message);
  });
});
