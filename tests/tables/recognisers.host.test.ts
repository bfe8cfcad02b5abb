import { describe, expect, test } from 'vitest';
import { amountIn, amountPatternOf, writeAmount } from '../../src/tables/amounts.js';
import { haveShortYears, localPatternOf, momentOf, writeDate } from '../../src/tables/iso-dates.js';
import { describeTable } from '../../src/tables/index.js';
import {
  dayFormats,
  days,
  moneyFormats,
  noAmounts,
  noDays,
  noShortYears,
  shareFormats,
  shares,
  shortYears,
  sums,
  wholeFormats,
  wholeSums,
  type Format,
} from './column-texts.js';

/** The forms of which no column is recognised; the texts of all others mean what was written, and the same form writes it again. */
function missed<T>(
  formats: readonly Format<T>[],
  values: readonly T[],
  how: {
    patternOf(texts: readonly string[]): string | undefined;
    read(text: string, pattern: string): number;
    write(pattern: string, value: number): string;
  },
): string[] {
  return formats.flatMap(([name, write]) => {
    const texts = values.map(write);
    const pattern = how.patternOf(texts);
    if (pattern === undefined) return [name];
    const read = texts.map((text) => how.read(text, pattern));
    const again = read.map((value) => how.write(pattern, value));
    expect(
      again.map((text) => how.read(text, pattern)),
      name,
    ).toEqual(read);
    const digits = (value: T | number): number => Math.abs(Number(value));
    read.forEach((value, i) => expect(Math.abs(digits(value) - digits(values[i]!)), name).toBeLessThanOrEqual(0.5));
    return [];
  });
}

const split = (list: string): string[] => list.split(list.includes(';') ? '; ' : ', ');

describe('amounts: 288 of 368 texts are recognised, and none of 210 others', () => {
  const how = { patternOf: amountPatternOf, read: amountIn, write: writeAmount };

  test('the missed ones have other units, or signs in other places', () => {
    expect(8 * (moneyFormats.length + wholeFormats.length + shareFormats.length)).toBe(368);
    expect([
      ...missed(moneyFormats, sums, how),
      ...missed(wholeFormats, wholeSums, how),
      ...missed(shareFormats, shares, how),
    ]).toEqual([
      'US$1,234.50',
      'USD 1,234.50',
      '1.234,50 EUR',
      '1 234,50 kr',
      "CHF 1'234.50",
      '($1,234.50)',
      '+$1,234.50',
      '$-1,234.50',
      '+12.5%',
      '12.5 percent',
    ]);
  });

  test('nothing else is taken for one', () => {
    expect(noAmounts.flatMap(split)).toHaveLength(210);
    expect(noAmounts.filter((list) => amountPatternOf(split(list)) !== undefined)).toEqual([]);
  });
});

describe('days: 288 of 384 texts are recognised, and 6 of 216 others', () => {
  const how = { patternOf: (texts: readonly string[]) => localPatternOf(texts), read: momentOf, write: writeDate };

  test('the missed ones have a weekday, an ordinal, a time, no day or no sign', () => {
    expect(12 * dayFormats.length).toBe(384);
    expect(missed(dayFormats, days, how)).toEqual([
      'Wed, D MMM YYYY',
      'MMMM Dth, YYYY',
      'YYYYMMDD',
      'MM/YYYY',
      'MMM YYYY',
      'DD.MM.YYYY hh:mm',
      'M/D/YYYY h:mm',
      'D. M. YYYY',
    ]);
  });

  test('only numbers that could be days are taken for one', () => {
    expect(noDays.flatMap(split)).toHaveLength(216);
    expect(noDays.filter((list) => localPatternOf(split(list)) !== undefined)).toEqual([
      expect.stringContaining('15-03-1234'),
    ]);
  });

  test('years of two digits are refused with the reason, and columns that are no such days are not', () => {
    for (const [name, write] of shortYears) {
      const call = (kinds: Record<string, 'date' | 'number' | 'category'>) =>
        describeTable({ a: days.map(write) }, { kinds });
      for (const kinds of [{}, { a: 'date' } as const]) {
        expect(() => call(kinds), name).toThrow(
          /^describeTable: `rows.a` must hold years of four digits; got '.*'. Two digits do not say the century. Write 2026 for 26, or say kinds: \{ a: 'category' \}.$/,
        );
      }
      expect(call({ a: 'category' }).columns[0]!.kind).toBe('category');
    }
    expect(noShortYears.filter((list) => haveShortYears(split(list)))).toEqual([expect.stringContaining('10-12-14')]);
  });

  test('the name of a month shows the day, whatever the order that is asked for', () => {
    for (const kind of ['date', 'DD/MM/YYYY', 'MM/DD/YYYY'] as const) {
      for (const when of [
        ['3 May 2024', '4 June 2024'],
        ['May 3, 2024', 'June 4, 2024'],
        ['2024/05/03', '2024/06/04'],
      ]) {
        const [column] = describeTable({ when }, { kinds: { when: kind } }).columns;
        expect(column).toMatchObject({ kind: 'date', range: [Date.UTC(2024, 4, 3), Date.UTC(2024, 5, 4)] });
      }
    }
  });

  test('names in other letters or lengths come back in one form, which a note says', () => {
    const { columns, notes } = describeTable({ when: ['3 MAY 2024', '4 sept 2024', '5 October 2024'] });
    expect(columns[0]).toMatchObject({ kind: 'date', written: 'D MMMM YYYY' });
    expect(notes).toContain('when: dates in several forms come back as D MMMM YYYY.');
  });
});
