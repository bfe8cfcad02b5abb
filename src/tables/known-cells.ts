import { outOfRange, wrongKind } from '../tensor/errors.js';
import { indexOf } from './category-index.js';
import { isNumeric, type TableDescription } from './description.js';
import { asNumber, readColumns, type Known } from './read-columns.js';
import type { Row } from './rows.js';
import type { CategorySlot, NumberSlot, TableLayout } from './table-layout.js';

/** What is known of some rows, encoded. */
export interface KnownCells {
  /** `[rows, columns]`, 0 where nothing is known. */
  readonly values: Float32Array;
  /** 1 where a value is known. */
  readonly isKnown: Float32Array;
}

/** Known cells by row. */
export interface KnownRows {
  /** Those of `count` rows from one on. */
  encoded(from: number, count: number): KnownCells;
  /** Those of a row, as they were given. */
  given(row: number): Readonly<Record<string, Exclude<Known, null>>>;
}

/** A cell of a known row: undefined if it is absent, null if it shall be filled in. */
type CellOf = (name: string) => Known | undefined;

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
  const width = layout.numbers.length + layout.categories.length;
  const read = rows.map((row, i) => {
    const cellOf: CellOf = (name) => (row[name] === undefined ? undefined : cells.get(name)![i]);
    const values = [
      ...layout.numbers.map((slot) => scoreIn(where, slot, cellOf)),
      ...layout.categories.map((slot) => indexIn(where, slot, cellOf)),
    ];
    const present = Array.from(cells, ([name]) => [name, cellOf(name)] as const);
    const given = Object.fromEntries(present.filter(([, cell]) => cell !== undefined && cell !== null));
    return { values, given: given as ReturnType<KnownRows['given']> };
  });
  const at = (row: number) => read[read.length === 1 ? 0 : row]!;
  return {
    encoded: (from, count) => {
      const all = Array.from({ length: count }, (_, row) => at(from + row).values).flat();
      return {
        values: Float32Array.from(all, (value) => value ?? 0),
        isKnown: Float32Array.from({ length: count * width }, (_, i) => Number(all[i] !== undefined)),
      };
    },
    given: (row) => at(row).given,
  };
}

/** The score of a known number. */
function scoreIn(where: string, { column, scores, order }: NumberSlot, cellOf: CellOf): number | undefined {
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

/** The index of a known category, or of the mark that a number is not missing. */
function indexIn(where: string, { columns, combination }: CategorySlot, cellOf: CellOf): number | undefined {
  const indices = columns.map((column) => {
    const cell = cellOf(column.name);
    if (isNumeric(column)) return cell === undefined ? undefined : 0;
    if (cell === undefined || cell === null) return undefined;
    const index = indexOf(column)(cell);
    if (index !== undefined) return index;
    throw outOfRange(where, `known.${column.name}`, 'must be a category of the description', { got: cell });
  });
  if (combination === undefined || indices.every((index) => index === undefined)) return indices[0];
  const place = combination.rows.findIndex((row) => row.join() === indices.join());
  if (place >= 0) return place;
  const rule = `must have all of ${combination.columns.join(', ')}, in a combination of the table`;
  throw outOfRange(where, 'known', rule, { seen: columns.map(({ name }) => String(cellOf(name))).join(', ') });
}
