import { outOfRange, wrongKind } from '../tensor/errors.js';
import type { Cell, Row, Table } from './rows.js';

/** A cell that has been read: missing ones are null, and a bigint is a number. */
export type Known = number | string | boolean | Date | null;

/**
 * The columns of a table by name, in the order in which they appear. Throws unless it is one; the error of a column can be collected in
 * `errors` instead, and the column is then empty.
 */
export function readColumns(
  where: string,
  argument: string,
  table: Table,
  errors?: Map<string, Error>,
): Map<string, Known[]> {
  const columns = new Map<string, Known[]>();
  const add = (name: string, read: () => Known[]): void => {
    columns.set(name, []);
    try {
      columns.set(name, read());
    } catch (error) {
      if (errors === undefined) throw error;
      errors.set(name, error as Error);
    }
  };
  if (Array.isArray(table)) {
    const rows = table as readonly Row[];
    rows.forEach((row, i) => checkRow(where, `${argument}[${i}]`, row));
    for (const name of namesIn(rows)) {
      // a name such as 'constructor' is also that of an inherited property
      const cellOf = (row: Row): unknown => (Object.hasOwn(row, name) ? row[name] : undefined);
      add(name, () => rows.map((row, i) => readCell(where, `${argument}[${i}].${name}`, cellOf(row))));
    }
  } else if (table !== null && typeof table === 'object') {
    let count: number | undefined;
    for (const [name, cells] of Object.entries(table as Readonly<Record<string, ArrayLike<Cell>>>)) {
      add(name, () => {
        if (!Array.isArray(cells) && !ArrayBuffer.isView(cells)) {
          throw wrongKind(where, `${argument}.${name}`, 'must be an array of cells', { got: cells });
        }
        count ??= cells.length;
        if (cells.length !== count) {
          throw outOfRange(where, `${argument}.${name}`, `must have ${count} cells`, { got: cells.length });
        }
        const exact: ArrayLike<Cell> = cells instanceof Float32Array ? shortOf(cells) : (cells as ArrayLike<Cell>);
        return Array.from(exact, (cell, i) => readCell(where, `${argument}.${name}[${i}]`, cell));
      });
    }
  } else {
    const fix = 'Give rows, [{ size: 1, kind: "a" }, ...], or columns, { size: [1, ...] }.';
    throw wrongKind(where, argument, 'must be an array of records or a record of arrays', { got: table, fix });
  }
  return columns;
}

/** The names of the cells of rows. */
export function namesIn(rows: readonly Row[]): Set<string> {
  const names = new Set<string>();
  for (const row of rows) for (const name of Object.keys(row)) names.add(name);
  return names;
}

/** Throws unless `row` is a record, as rows are. */
export function checkRow(where: string, argument: string, row: unknown): void {
  if (row === null || typeof row !== 'object' || Array.isArray(row)) {
    throw wrongKind(where, argument, 'must be a record of cells', { got: row });
  }
}

/** Reads a cell of any column; missing ones are null. Throws if it is none. */
export function readCell(where: string, argument: string, cell: unknown): Known {
  if (cell === null || cell === undefined || cell === '' || Number.isNaN(cell)) return null;
  if (typeof cell === 'string' || typeof cell === 'boolean') return cell;
  if (cell instanceof Date) return Number.isNaN(cell.getTime()) ? null : cell;
  if (typeof cell !== 'number' && typeof cell !== 'bigint') {
    throw wrongKind(where, argument, 'must be a number, a text, true, false, a date or null', { got: cell });
  }
  const number = Number(cell);
  if (!Number.isFinite(number)) throw outOfRange(where, argument, 'must be finite', { got: cell, fix: 'Put null.' });
  if (typeof cell === 'bigint' && !Number.isSafeInteger(number)) {
    const fix = 'Write it as a text, if it is a category.';
    throw outOfRange(where, argument, 'must be between -2^53 and 2^53', { got: cell, fix });
  }
  // 0 for -0
  return number + 0;
}

/** Numbers of float32 with the fewest digits: 0.1 instead of 0.10000000149011612. */
function shortOf(numbers: Float32Array): Float64Array {
  return Float64Array.from(numbers, (number) => {
    for (const digits of [6, 7, 8]) {
      const short = Number(number.toPrecision(digits));
      if (Math.fround(short) === number) return short;
    }
    return Number(number.toPrecision(9));
  });
}
