import { outOfRange, wrongKind } from '../tensor/errors.js';
import { isNumeric, type ColumnDescription, type TableDescription } from './description.js';
import { weekdayOf } from './iso-dates.js';
import { orderBounds, type OrderBounds } from './order-bounds.js';
import { cellName, readerOf, type CellReader } from './read-cell.js';
import { checkRow, namesIn, readCell, type Known } from './read-columns.js';
import type { Row } from './rows.js';
import { presentIndices, scoredSlots, type CategorySlot, type ScoredSlot, type TableLayout } from './table-layout.js';

/** What is known of some rows, encoded. */
export interface KnownCells {
  /** `[rows, columns]`, 0 where nothing is known. */
  readonly values: Float32Array;
  /** `[rows, columns]`, 1 where a value is known. */
  readonly isKnown: Float32Array;
  /** Categories of which only some may be drawn. */
  readonly limited: readonly LimitedCategory[];
}

/** A category of which only some indices may be drawn in some rows. */
export interface LimitedCategory {
  /** Its place among the categories of the encoding. */
  readonly place: number;
  /** `[rows, size]`, 1 for indices that may be drawn; zeros in rows without a limit. */
  readonly allowed: Float32Array;
}

/** What is known of a row. */
export interface KnownRow {
  /** The cells as they were given. */
  readonly cells: Readonly<Record<string, Exclude<Known, null>>>;
  /** The numbers and dates among them. */
  readonly numbers: ReadonlyMap<string, number>;
  /** Those that follow from a number that is not known, so that no score says them. */
  readonly open: readonly string[];
  readonly bounds: OrderBounds;
}

/** Known cells by row. */
export interface KnownRows {
  /** Those of some rows. */
  encoded(rows: readonly number[]): KnownCells;
  at(row: number): KnownRow;
}

/** A cell of a known row: undefined if it is absent, null if it shall be filled in. */
type CellOf = (name: string) => Known | undefined;

/** Throws unless `known` is a row or a list of rows. */
export function checkKnown(where: string, argument: string, known: Row | readonly object[]): void {
  if (!Array.isArray(known)) return checkRow(where, argument, known);
  known.forEach((row, i) => checkRow(where, `${argument}[${i}]`, row));
}

/** Reads known cells, of which there is a row for all or one for each of n rows. */
export function readKnown(
  where: string,
  description: TableDescription,
  layout: TableLayout,
  known: Row | readonly object[] | undefined,
  n: number,
): KnownRows {
  const rows = (Array.isArray(known) ? known : [known ?? {}]) as readonly Row[];
  if (Array.isArray(known) && rows.length !== n) {
    throw outOfRange(where, 'known', `must be one row, or ${n}`, { seen: `${rows.length}` });
  }
  for (const name of namesIn(rows)) {
    if (description.columns.some((column) => column.name === name)) continue;
    throw wrongKind(where, 'known', 'must have columns of the description', { got: name });
  }
  const { categories } = layout;
  const numbers = scoredSlots(layout, description);
  const readers = description.columns.map((column) => [column, knownReader(where, column)] as const);
  const read = rows.map((row, i) => {
    const place = Array.isArray(known) ? i : undefined;
    const argumentOf = (name: string): string => cellName('known', place, name);
    const cellOf: CellOf = (name) =>
      Object.hasOwn(row, name) && row[name] !== undefined ? readCell(where, argumentOf(name), row[name]) : undefined;
    const found = new Map<string, number>();
    for (const [{ name }, reader] of readers) {
      const cell = cellOf(name);
      if (cell === undefined) continue;
      const raw = row[name];
      if (cell !== null) found.set(name, reader(cell, place));
      else if (raw !== null && raw !== '') {
        throw wrongKind(where, argumentOf(name), 'must be a value, or null to fill it in', { seen: String(raw) });
      }
    }
    const given = new Map([...found].filter(([name]) => numbers.some(({ column }) => column.name === name)));
    const bounds = orderBounds(where, description, given, { argumentOf, cellOf });
    const argument = place === undefined ? 'known' : `known[${place}]`;
    const allowed = categories.map((slot) => allowedIn({ where, argument }, slot, cellOf, found, bounds));
    const isOpen = ({ column, order }: ScoredSlot): boolean =>
      order !== undefined && given.has(column.name) && !given.has(order.low);
    const values = [
      ...numbers.map((slot) => (isOpen(slot) ? undefined : scoreIn(slot, given))),
      ...allowed.map((indices) => (indices?.length === 1 ? indices[0] : undefined)),
    ];
    const present = Array.from(found.keys(), (name) => {
      const cell = row[name];
      return [name, typeof cell === 'bigint' ? Number(cell) : cell];
    });
    const open = numbers.filter(isOpen).map(({ column }) => column.name);
    const cellsOfRow = Object.fromEntries(present) as KnownRow['cells'];
    return { values, allowed, row: { cells: cellsOfRow, numbers: given, open, bounds } };
  });
  const at = (row: number) => read[read.length === 1 ? 0 : row]!;
  return {
    encoded: (chosen) => {
      const all = chosen.map(at);
      const values = all.flatMap((row) => row.values);
      const limited = categories.map(({ size }, place) => {
        const rows = all.map(({ allowed }) => allowed[place]);
        const isLimited = rows.some((indices) => indices !== undefined && indices.length > 1);
        return isLimited ? [{ place, allowed: hotRows(rows, size) }] : [];
      });
      return {
        values: Float32Array.from(values, (value) => value ?? 0),
        isKnown: Float32Array.from(values, (value) => Number(value !== undefined)),
        limited: limited.flat(),
      };
    },
    at: (row) => at(row).row,
  };
}

/** 1 at each index of each row, `[rows, size]`. */
function hotRows(rows: readonly (readonly number[] | undefined)[], size: number): Float32Array {
  const hot = new Float32Array(rows.length * size);
  rows.forEach((indices = [], row) => indices.forEach((index) => (hot[row * size + index] = 1)));
  return hot;
}

/** The score of a known number, whose base is known if it has one. */
function scoreIn({ column, scores, order }: ScoredSlot, given: ReadonlyMap<string, number>): number | undefined {
  const number = given.get(column.name);
  return number === undefined ? undefined : scores.scoreOf(number - (order ? given.get(order.low)! : 0), 0.5);
}

/** A reader of known cells, which must have the type that the column has, and be within its range. */
function knownReader(where: string, column: ColumnDescription): CellReader {
  const read = readerOf(where, column, 'known');
  if (!isNumeric(column)) return read;
  const { name, kind, range, written } = column;
  return (cell, row) => {
    if (kind !== 'date' && written === undefined && typeof cell === 'string') {
      const fix = 'Read texts with readRow.';
      throw wrongKind(where, cellName('known', row, name), `must be a ${kind}`, { got: cell, fix });
    }
    const number = read(cell, row);
    if (number >= range[0] && number <= range[1]) return number;
    const [low, high] = range.map((limit) => (kind === 'date' && written ? new Date(limit).toISOString() : limit));
    const fix = 'A model knows nothing outside of its table.';
    throw outOfRange(where, cellName('known', row, name), `must be from ${low} to ${high}`, { got: cell, fix });
  };
}

/** The indices of a category that agree with what is known; undefined if all do. */
function allowedIn(
  { where, argument }: { readonly where: string; readonly argument: string },
  slot: CategorySlot,
  cellOf: CellOf,
  found: ReadonlyMap<string, number>,
  { missing }: OrderBounds,
): readonly number[] | undefined {
  const { columns, combination, size } = slot;
  const tests = columns.flatMap((column, part) => {
    const cell = cellOf(column.name);
    // where no number or no combination has a value, the cell stays missing
    if (missing.has(column.name)) return [{ part, isFilled: false, agrees: (index: number) => index === size - 1 }];
    if (cell === undefined) return [];
    if (isNumeric(column)) {
      const weekday = cell !== null && column.weekdays ? weekdayOf(found.get(column.name)!) : undefined;
      const agrees = (index: number): boolean =>
        weekday === undefined ? index < presentIndices(column) : index === weekday;
      return [{ part, isFilled: false, agrees }];
    }
    if (cell === null) return [{ part, isFilled: true, agrees: (index: number) => index < column.categories.length }];
    const known = found.get(column.name)!;
    return [{ part, isFilled: false, agrees: (index: number) => index === known }];
  });
  if (tests.length === 0) return undefined;
  const rows = combination?.rows ?? Array.from({ length: size }, (_, index) => [index]);
  const agreeing = (all: typeof tests): number[] =>
    rows.flatMap((indices, i) => (all.every(({ part, agrees }) => agrees(indices[part]!)) ? [i] : []));
  const filled = agreeing(tests);
  const allowed = filled.length > 0 ? filled : agreeing(tests.filter(({ isFilled }) => !isFilled));
  if (allowed.length === size) return undefined;
  if (allowed.length > 0) return allowed;
  const rule = `must have a combination of ${combination!.columns.join(', ')} that the table has`;
  const seen = columns.map(({ name }) => String(cellOf(name))).join(', ');
  throw outOfRange(where, argument, rule, { seen });
}
