import { checkDescription } from './check-description.js';
import { checkNumbersOf } from './check-encoded.js';
import { isNumeric, type NumberColumn, type TableDescription } from './description.js';
import { writeDate } from './iso-dates.js';
import { rounded } from './quantiles.js';
import { layoutOf, scoredSlots, type ScoredSlot } from './table-layout.js';

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
  const layout = layoutOf(description);
  const { categories } = layout;
  const numbers = scoredSlots(layout, description);
  const width = numbers.length + categories.length;
  const count = checkNumbersOf(
    'decodeTable',
    encoded,
    width,
    categories.map(({ size }) => size),
  );
  const { data } = encoded;
  const slots = new Map(numbers.map((slot, place) => [slot.column.name, { ...slot, place }]));
  const flags = new Map(categories.map(({ columns: [column] }, i) => [column!.name, numbers.length + i]));
  return Array.from({ length: count }, (_, row) => {
    const at = (place: number): number => data[row * width + place]!;
    const known = new Map<string, number | null>();
    const numberOf = (name: string): number | null => {
      if (!known.has(name)) {
        const { place, ...slot } = slots.get(name)!;
        const flag = flags.get(name);
        known.set(name, flag !== undefined && at(flag) === 1 ? null : numberIn(slot, at(place), numberOf));
      }
      return known.get(name)!;
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
  });
}

/** The number with a score; one that follows from another column never falls below it. */
function numberIn(
  { column, scores, order }: ScoredSlot,
  score: number,
  numberOf: (name: string) => number | null,
): number {
  const number = scores.numberOf(score);
  if (order === undefined) return number;
  const base = numberOf(order.low) ?? order.least;
  const sum = Math.min(rounded(column, base + number), column.range[1]);
  return sum < base ? rounded(column, base + column.unit / 2) : sum;
}

function written({ written: how }: NumberColumn, number: number | null): SyntheticCell {
  if (number === null || how === undefined) return number;
  return how === 'date' ? new Date(number) : writeDate(how, number);
}
