import { writeAmount } from './amounts.js';
import { checkDescription } from './check-description.js';
import { checkNumbersOf } from './check-encoded.js';
import { isNumeric, type NumberColumn, type TableDescription } from './description.js';
import { DAY, weekdayOf, writeDate } from './iso-dates.js';
import { rounded } from './quantiles.js';
import { layoutOf, presentIndices, scoredSlots, type ScoredSlot } from './table-layout.js';

/** A cell that a model makes: as the table had them, null where it is missing. */
export type SyntheticCell = number | string | boolean | Date | null;

/** A row that a model makes, by the names of the columns. */
export type SyntheticRow = Record<string, SyntheticCell>;

/**
 * Decodes what {@link encodeTable} made: numbers within their range and with their decimals, dates as they were written, categories, and null
 * for missing cells.
 *
 * @param description - from {@link describeTable}
 * @param encoded - float32 `[rows, columns]`, on the host: the numbers and the shape
 * @returns the rows
 * @throws TypeError or RangeError unless the numbers are finite, have that shape and hold indices of categories
 * @example
 * ```ts
 * const rows = [{ kind: 'a', size: 1 }, { kind: 'b', size: 3 }, { kind: 'a', size: null }];
 * const description = describeTable(rows);
 * const [first] = decodeTable(description, encodeTable(description, rows));
 * console.log(first!['size']); // 1, as in the table
 * ```
 */
export function decodeTable(
  description: TableDescription,
  encoded: { readonly data: ArrayLike<number>; readonly shape: readonly number[] },
): SyntheticRow[] {
  checkDescription('decodeTable', 'description', description);
  const { rows, decode } = rowDecoder('decodeTable', description, encoded);
  return Array.from({ length: rows }, (_, row) => decode(row));
}

/** What is known of a row that is decoded: its numbers, and the largest that others may be. */
export interface DecodeOptions {
  readonly numbers?: ReadonlyMap<string, number> | undefined;
  readonly most?: ReadonlyMap<string, number> | undefined;
}

/** Encoded rows, which {@link rowDecoder} has checked. */
export interface RowDecoder {
  readonly rows: number;
  /** A row, with known numbers in their places before others follow from them. */
  decode(row: number, known?: DecodeOptions): SyntheticRow;
}

/** Decodes rows one by one. */
export function rowDecoder(
  where: string,
  description: TableDescription,
  encoded: { readonly data: ArrayLike<number>; readonly shape: readonly number[] },
): RowDecoder {
  const layout = layoutOf(description);
  const { categories } = layout;
  const numbers = scoredSlots(layout, description);
  const width = numbers.length + categories.length;
  const rows = checkNumbersOf(
    where,
    encoded,
    width,
    categories.map(({ size }) => size),
  );
  const { data } = encoded;
  const slots = new Map(numbers.map((slot, place) => [slot.column.name, { ...slot, place }]));
  const flags = new Map(categories.map(({ columns: [column] }, i) => [column!.name, numbers.length + i]));
  const decode = (row: number, known: DecodeOptions = {}): SyntheticRow => {
    const at = (place: number): number => data[row * width + place]!;
    const found = new Map<string, number | null>(known.numbers);
    const numberOf = (name: string): number | null => {
      if (!found.has(name)) {
        const slot = slots.get(name)!;
        const flag = flags.get(name);
        const index = flag === undefined ? 0 : at(flag);
        const isMissing = index === presentIndices(slot.column);
        const base = slot.order && (numberOf(slot.order.low) ?? slot.order.least);
        found.set(name, isMissing ? null : numberIn(slot, at(slot.place), index, base, known.most?.get(name)));
      }
      return found.get(name)!;
    };
    const made = new Map<string, SyntheticCell>();
    for (const column of description.columns)
      if (isNumeric(column)) made.set(column.name, written(column, numberOf(column.name)));
    categories.forEach(({ columns, combination }, i) => {
      const index = at(numbers.length + i);
      const indices = combination?.rows[index] ?? [index];
      columns.forEach((column, part) => {
        if (!isNumeric(column)) made.set(column.name, column.categories[indices[part]!]?.value ?? null);
      });
    });
    // in the order of the columns
    return Object.fromEntries(description.columns.map(({ name }) => [name, made.get(name)!]));
  };
  return { rows, decode };
}

/** The number with a score. One that follows from another column is never below it, `base`, nor is any above `most`. */
function numberIn(
  { column, scores }: ScoredSlot,
  score: number,
  weekday: number,
  base = -Infinity,
  most = Infinity,
): number {
  let number = scores.numberOf(score);
  if (base > -Infinity) {
    const sum = Math.min(rounded(column, base + number), column.range[1]);
    number = sum < base ? Math.max(base, rounded(column, base + column.unit / 2)) : sum;
  }
  if (column.weekdays) {
    // the nearest such day, or that of the next or last week
    number += DAY * (((weekday - weekdayOf(number) + 10) % 7) - 3);
    const [low, high] = [Math.max(base, column.range[0]), Math.min(most, column.range[1])];
    if (number < low) number += 7 * DAY;
    else if (number > high && number - 7 * DAY >= low) number -= 7 * DAY;
  }
  if (column.written === 'YYYY-MM') {
    // written without its day, which must not take it below
    const start = new Date(number).setUTCDate(1);
    number = start < base ? new Date(start).setUTCMonth(new Date(start).getUTCMonth() + 1) : start;
  }
  if (number <= most) return number;
  const below = rounded(column, most - column.unit / 2);
  return below < base || below > most ? most : below;
}

function written({ kind, written: how }: NumberColumn, number: number | null): SyntheticCell {
  if (number === null || how === undefined) return number;
  if (kind !== 'date') return writeAmount(how, number);
  return how === 'date' ? new Date(number) : writeDate(how, number);
}
