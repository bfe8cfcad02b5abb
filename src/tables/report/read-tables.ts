import { wrongKind } from '../../tensor/errors.js';
import {
  isNumeric,
  type ColumnDescription,
  type CategoryColumn,
  type NumberColumn,
  type TableDescription,
} from '../description.js';
import { asNumber } from '../read-cell.js';
import { readColumns, type Known } from '../read-columns.js';
import type { Table } from '../rows.js';

/** Bins into which a number is cut where it is compared together with a category. */
const BINS = 10;

/** The code of a missing cell. */
export const MISSING = 0;

/** The cells of a column of one table. */
export interface Cells {
  readonly column: ColumnDescription;
  /** The numbers of a column of numbers or dates, NaN where they are missing; undefined for categories. */
  readonly numbers: Float64Array | undefined;
  /** {@link MISSING}, or the place of the category or of the bin, counted from 1. Categories that the real rows lack follow those they have. */
  readonly codes: Int32Array;
}

/** One of the tables that are compared. */
export interface ReportTable {
  readonly rows: number;
  readonly columns: readonly Cells[];
}

/** Tables with the columns of the same description. */
export interface ReportTables {
  readonly real: ReportTable;
  readonly synthetic: ReportTable;
  readonly heldOut: ReportTable;
  /** For each column, the number of codes that occur in any table. */
  readonly sizes: readonly number[];
}

/** Reads tables with the columns of a description; throws unless they have these columns with cells of their kinds. */
export function readTables(
  where: string,
  description: TableDescription,
  tables: Readonly<Record<'real' | 'synthetic' | 'heldOut', Table>>,
): ReportTables {
  const coders = description.columns.map((column) => (isNumeric(column) ? binsOf(column) : categoriesOf(column)));
  const read = (name: keyof typeof tables): ReportTable => {
    const found = readColumns(where, name, tables[name]);
    const unknown = [...found.keys()].find((key) => description.columns.every((column) => column.name !== key));
    if (unknown !== undefined) throw wrongKind(where, name, 'must have the columns of `real`', { got: unknown });
    const rows = found.values().next().value?.length ?? 0;
    if (rows < 2) throw wrongKind(where, name, 'must have at least two rows', { seen: String(rows) });
    const columns = description.columns.map((column, i): Cells => {
      // in rows, a column without any cell is absent
      const absent = column.missing > 0 ? new Array<null>(rows).fill(null) : undefined;
      const cells = found.get(column.name) ?? absent;
      if (cells === undefined) throw wrongKind(where, name, `must have the column '${column.name}'`, { seen: 'none' });
      const numbers = isNumeric(column) ? numbersIn(where, name, column, cells) : undefined;
      const { codeOf } = coders[i]!;
      return { column, numbers, codes: Int32Array.from(cells, (cell, row) => codeOf(numbers?.[row] ?? cell)) };
    });
    return { rows, columns };
  };
  const [real, synthetic, heldOut] = [read('real'), read('synthetic'), read('heldOut')];
  return { real, synthetic, heldOut, sizes: coders.map(({ size }) => size()) };
}

/** Some rows of a table. */
export function selectRows({ columns }: ReportTable, rows: ArrayLike<number>): ReportTable {
  return {
    rows: rows.length,
    columns: columns.map(({ column, numbers, codes }) => ({
      column,
      numbers: numbers && Float64Array.from(rows, (row) => numbers[row]!),
      codes: Int32Array.from(rows, (row) => codes[row]!),
    })),
  };
}

function numbersIn(where: string, name: string, column: NumberColumn, cells: readonly Known[]): Float64Array {
  return Float64Array.from(cells, (cell, row) => {
    const number = asNumber(column, cell);
    if (Number.isNaN(number)) {
      throw wrongKind(where, `${name}[${row}].${column.name}`, `must be a ${column.kind}`, { got: cell });
    }
    return number ?? NaN;
  });
}

interface Coder {
  codeOf(cell: Known): number;
  size(): number;
}

/** Bins of equal width over the range of the real rows, as NumPy's `digitize` has them: each end has one more. */
function binsOf({ range: [low, high] }: NumberColumn): Coder {
  const step = (high - low) / BINS;
  const edges = Array.from({ length: BINS + 1 }, (_, k) => (k === BINS ? high : k * step + low));
  return {
    codeOf: (cell) => (Number.isNaN(cell) ? MISSING : 1 + edges.filter((edge) => edge <= (cell as number)).length),
    size: () => BINS + 3,
  };
}

function categoriesOf(column: CategoryColumn): Coder {
  const codes = new Map<Known, number>(column.categories.map(({ value }, i) => [value, i + 1]));
  const { other = null } = column;
  return {
    codeOf: (cell) => {
      if (cell === null) return MISSING;
      if (!codes.has(cell)) codes.set(cell, codes.get(other) ?? codes.size + 1);
      return codes.get(cell)!;
    },
    size: () => codes.size + 1,
  };
}
