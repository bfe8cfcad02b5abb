import { outOfRange, wrongKind } from '../tensor/errors.js';
import type { HostTensor } from '../training/data/host-data.js';
import { checkDescription } from './check-description.js';
import { isNumeric, type TableDescription } from './description.js';
import { weekdayOf } from './iso-dates.js';
import { readerOf } from './read-cell.js';
import { readColumns, type Known } from './read-columns.js';
import type { Table } from './rows.js';
import { layoutOf, presentIndices, scoredSlots, type CategorySlot, type ScoredSlot } from './table-layout.js';

/** The fractions of a golden section, which cover (0, 1) evenly. */
const GOLDEN = 0.6180339887498949;

/**
 * Encodes a table as numbers: first each column of numbers or dates as normal scores, then each category as its index. A column of numbers
 * with missing cells also has an index: 0 next to a number, 1 next to a missing one, whose score is 0.
 * A column of dates with `weekdays` has one of 7 instead of 0, and 7 for a missing one.
 *
 * The score of a number is the normal quantile of the column's distribution function at this number. A number that occurs often has many
 * scores, which its rows take in turns, so that every column is N(0, 1).
 *
 * @param description - from {@link describeTable}
 * @param rows - the table, or another one with the same columns
 * @returns float32 `[rows, columns]` on the host, for `batches`
 * @throws TypeError or RangeError that names the row and column if a cell does not fit the description, such as a new category
 * @example
 * ```ts
 * const rows = [{ kind: 'a', size: 1 }, { kind: 'b', size: 3 }, { kind: 'a', size: null }];
 * console.log(encodeTable(describeTable(rows), rows).shape); // [3, 3]: size, kind, and whether size is missing
 * ```
 * @remarks float32 holds about 10 million steps of a column: numbers with up to 7 digits, and days, come back exactly; others to about 1e-7 of
 *   the range, or 1e-6 of the number in a heavy tail. All numbers of a table with up to 500 rows come back exactly if they are rounded.
 * @see Gorishniy et al. 2021, https://arxiv.org/abs/2106.11959, for the quantile transform of columns
 */
export function encodeTable(description: TableDescription, rows: Table): HostTensor {
  const where = 'encodeTable';
  checkDescription(where, 'description', description);
  const columns = readColumns(where, 'rows', rows);
  const layout = layoutOf(description);
  const { categories } = layout;
  const numbers = scoredSlots(layout, description);
  const count = [...columns.values()][0]?.length ?? 0;
  if (count === 0) throw outOfRange(where, 'rows', 'must have at least one row', { seen: 'none' });
  for (const { name, missing } of description.columns) {
    if (columns.has(name)) continue;
    if (missing === 0) throw wrongKind(where, 'rows', `must have the column '${name}'`, { seen: 'none' });
    columns.set(name, new Array<null>(count).fill(null));
  }
  const unknown = [...columns.keys()].find((name) => description.columns.every((column) => column.name !== name));
  if (unknown !== undefined)
    throw wrongKind(where, 'rows', 'must have the columns of the description', { got: unknown });
  const width = numbers.length + categories.length;
  const data = new Float32Array(count * width);
  const fill = (place: number, cell: (row: number) => number): void => {
    for (let row = 0; row < count; row++) data[row * width + place] = cell(row);
  };
  numbers.forEach((slot, place) => fill(place, scoresIn(where, slot, columns)));
  categories.forEach((slot, i) => fill(numbers.length + i, indicesIn(where, slot, columns)));
  return { data, shape: [count, width] };
}

type Columns = ReadonlyMap<string, readonly Known[]>;

/** Reads the score of a column in each row. */
function scoresIn(
  where: string,
  { column, scores, order, low }: ScoredSlot,
  columns: Columns,
): (row: number) => number {
  const cells = columns.get(column.name)!;
  const lows = order && columns.get(order.low)!;
  const [read, readLow] = [readerOf(where, column, 'rows'), low && readerOf(where, low, 'rows')];
  return (row) => {
    if (cells[row] === null && column.missing > 0) return 0;
    const number = read(cells[row]!, row);
    const isBased = order !== undefined && lows![row] !== null;
    const base = isBased ? readLow!(lows![row]!, row) : (order?.least ?? 0);
    if (number < base && order !== undefined) {
      throw outOfRange(where, `rows[${row}]`, `must have ${order.low} <= ${order.high}`, {
        seen: `${base} and ${number}`,
      });
    }
    return scores.scoreOf(number - base, ((row + 1) * GOLDEN) % 1);
  };
}

/** Reads the index of a category in each row. */
function indicesIn(
  where: string,
  { columns: parts, combination }: CategorySlot,
  columns: Columns,
): (row: number) => number {
  const readers = parts.map((column) => {
    const cells = columns.get(column.name)!;
    const read = readerOf(where, column, 'rows');
    if (isNumeric(column)) {
      const present = presentIndices(column);
      return (row: number) => {
        if (cells[row] === null) return present;
        return column.weekdays ? weekdayOf(read(cells[row]!, row)) : 0;
      };
    }
    return (row: number) => read(cells[row]!, row);
  });
  if (combination === undefined) return readers[0]!;
  const places = new Map(combination.rows.map((indices, i) => [indices.join(), i]));
  return (row) => {
    const found = places.get(readers.map((read) => read(row)).join());
    if (found !== undefined) return found;
    const seen = parts.map(({ name }) => String(columns.get(name)![row])).join(' and ');
    throw outOfRange(
      where,
      `rows[${row}]`,
      `must have a combination of ${combination.columns.join(' and ')} that the table has`,
      { seen },
    );
  };
}
