import { checkObject } from '../tensor/plain-checks.js';
import { outOfRange, wrongKind } from '../tensor/errors.js';
import { indexOf } from './category-index.js';
import { isNumeric, type TableDescription } from './description.js';
import { asNumber, readColumns, type Known } from './read-columns.js';
import type { Row } from './rows.js';
import { scoredSlots, type CategorySlot, type ScoredSlot, type TableLayout } from './table-layout.js';

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

/** Known cells by row. */
export interface KnownRows {
  /** Those of some rows. */
  encoded(rows: readonly number[]): KnownCells;
  /** Those of a row, as they were given. */
  given(row: number): Readonly<Record<string, Exclude<Known, null>>>;
}

/** A cell of a known row: undefined if it is absent, null if it shall be filled in. */
type CellOf = (name: string) => Known | undefined;

/** Throws unless `known` is a row or a list of rows. */
export function checkKnown(where: string, argument: string, known: Row | readonly Row[]): void {
  (Array.isArray(known) ? known : [known]).forEach((row) => checkObject(where, argument, row));
}

/** Reads known cells, of which there is a row for all or one for each of n rows. */
export function readKnown(
  where: string,
  description: TableDescription,
  layout: TableLayout,
  known: Row | readonly Row[] | undefined,
  n: number,
): KnownRows {
  const rows = (Array.isArray(known) ? known : [known ?? {}]) as readonly Row[];
  if (Array.isArray(known) && rows.length !== n) {
    throw outOfRange(where, 'known', `must be one row, or ${n}`, { seen: `${rows.length}` });
  }
  const cells = readColumns(where, 'known', rows);
  for (const name of cells.keys()) {
    if (description.columns.some((column) => column.name === name)) continue;
    throw wrongKind(where, 'known', 'must have columns of the description', { got: name });
  }
  const { categories } = layout;
  const numbers = scoredSlots(layout, description);
  const read = rows.map((row, i) => {
    const cellOf: CellOf = (name) =>
      Object.hasOwn(row, name) && row[name] !== undefined ? cells.get(name)![i] : undefined;
    const allowed = categories.map((slot) => allowedIn(where, slot, cellOf));
    const values = [
      ...numbers.map((slot) => scoreIn(where, slot, cellOf)),
      ...allowed.map((indices) => (indices?.length === 1 ? indices[0] : undefined)),
    ];
    const present = Array.from(cells, ([name]) => [name, cellOf(name)] as const);
    const given = Object.fromEntries(present.filter(([, cell]) => cell !== undefined && cell !== null));
    return { values, allowed, given: given as ReturnType<KnownRows['given']> };
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
    given: (row) => at(row).given,
  };
}

/** 1 at each index of each row, `[rows, size]`. */
function hotRows(rows: readonly (readonly number[] | undefined)[], size: number): Float32Array {
  const hot = new Float32Array(rows.length * size);
  rows.forEach((indices = [], row) => indices.forEach((index) => (hot[row * size + index] = 1)));
  return hot;
}

/** The score of a known number. */
function scoreIn(where: string, { column, scores, order }: ScoredSlot, cellOf: CellOf): number | undefined {
  const number = numberIn(where, column.name, column.kind, cellOf);
  if (number === undefined) return undefined;
  if (order === undefined) return scores.scoreOf(number, 0.5);
  const base = numberIn(where, order.low, column.kind, cellOf);
  if (base === undefined || number < base) {
    const rule = `needs known.${order.low}, at most as large`;
    throw outOfRange(where, `known.${column.name}`, rule, { seen: base === undefined ? 'none' : String(base) });
  }
  return scores.scoreOf(number - base, 0.5);
}

function numberIn(where: string, name: string, kind: string, cellOf: CellOf): number | undefined {
  const cell = cellOf(name);
  if (cell === undefined || cell === null) return undefined;
  const number = asNumber(cell)!;
  if (!Number.isNaN(number) && typeof cell !== 'boolean') return number;
  throw wrongKind(where, `known.${name}`, `must be a ${kind}`, { got: cell });
}

/** The indices of a category that agree with what is known; undefined if all do. */
function allowedIn(where: string, slot: CategorySlot, cellOf: CellOf): readonly number[] | undefined {
  const { columns, combination, size } = slot;
  const tests = columns.flatMap((column, part) => {
    const cell = cellOf(column.name);
    if (cell === undefined) return [];
    if (isNumeric(column)) return [{ part, isFilled: false, agrees: (index: number) => index === 0 }];
    if (cell === null) return [{ part, isFilled: true, agrees: (index: number) => index < column.categories.length }];
    const known = indexOf(column)(cell);
    if (known !== undefined) return [{ part, isFilled: false, agrees: (index: number) => index === known }];
    throw outOfRange(where, `known.${column.name}`, 'must be a category of the description', { got: cell });
  });
  if (tests.length === 0) return undefined;
  const rows = combination?.rows ?? Array.from({ length: size }, (_, index) => [index]);
  const agreeing = (all: typeof tests): number[] =>
    rows.flatMap((indices, i) => (all.every(({ part, agrees }) => agrees(indices[part]!)) ? [i] : []));
  const filled = agreeing(tests);
  // where no combination has a value, the cell stays missing
  const allowed = filled.length > 0 ? filled : agreeing(tests.filter(({ isFilled }) => !isFilled));
  if (allowed.length === size) return undefined;
  if (allowed.length > 0) return allowed;
  const rule = `must have a combination of ${combination!.columns.join(', ')} that the table has`;
  const seen = columns.map(({ name }) => String(cellOf(name))).join(', ');
  throw outOfRange(where, 'known', rule, { seen });
}
