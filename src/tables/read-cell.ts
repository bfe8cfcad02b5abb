import { outOfRange, wrongKind } from '../tensor/errors.js';
import { amountIn } from './amounts.js';
import { indexOf } from './category-index.js';
import { isNumeric, type ColumnDescription, type NumberColumn } from './description.js';
import { DAY, momentOf } from './iso-dates.js';
import type { Known } from './read-columns.js';

/** A decimal number. `Number` also reads 0x10, Infinity and the empty text. */
const DECIMAL = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i;

/** The number that a text writes; NaN for other texts, and for numbers beyond those of float64. */
export function numberIn(text: string): number {
  const number = DECIMAL.test(text) ? Number(text) + 0 : NaN;
  return Number.isFinite(number) ? number : NaN;
}

/** A cell of a column of numbers or dates as a number; null where it is missing, NaN if it is of another kind. */
export function asNumber({ kind, written }: Pick<NumberColumn, 'kind' | 'written'>, cell: Known): number | null {
  if (cell === null) return null;
  if (typeof cell === 'string') {
    return kind === 'date' ? momentOf(cell, written) : written === undefined ? numberIn(cell) : amountIn(cell, written);
  }
  if (cell instanceof Date) return kind === 'date' ? cell.getTime() : NaN;
  // a text such as $12.50 or a date is written by its pattern, or dates are milliseconds in all rows
  return typeof cell === 'number' && written === undefined ? cell : NaN;
}

/** A cell in errors: rows[3].size, or known.size without a row. */
export function cellName(table: string, row: number | undefined, name: string): string {
  return `${table}${row === undefined ? '' : `[${row}]`}.${name}`;
}

/** Reads a cell that is present as a number, or as the index of its category; errors name its row. */
export type CellReader = (cell: Known, row?: number) => number;

/** A strict reader of the cells of a column: throws one error if a cell does not fit the description. */
export function readerOf(where: string, column: ColumnDescription, table: string): CellReader {
  if (!isNumeric(column)) {
    const index = indexOf(column);
    return (cell, row) => {
      const found = index(cell);
      if (found !== undefined) return found;
      const { categories } = column;
      const some = categories.slice(0, 6).map(({ value }) => (typeof value === 'string' ? `'${value}'` : value));
      const rule = `must be one of the ${categories.length} categories of the description`;
      const list = `${some.join(', ')}${categories.length > 6 ? ', ...' : ''}`;
      throw outOfRange(where, cellName(table, row, column.name), `${rule}: ${list}`, { got: cell });
    };
  }
  const { kind, unit } = column;
  const step = kind === 'integer' ? 1 : kind === 'date' && unit === DAY ? DAY : 0;
  return (cell, row) => {
    const number = asNumber(column, cell) ?? NaN;
    if (Number.isNaN(number))
      throw wrongKind(where, cellName(table, row, column.name), `must be a ${kind}`, { got: cell });
    if (step === 0 || number % step === 0) return number;
    throw outOfRange(
      where,
      cellName(table, row, column.name),
      `must be a whole ${step === 1 ? 'number' : 'day, in UTC'}`,
      { got: cell },
    );
  };
}
