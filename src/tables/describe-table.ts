import { notAwaited, outOfRange, sentence, wrongKind } from '../tensor/errors.js';
import { nested, readOptions } from '../tensor/options.js';
import { describeColumn } from './describe-column.js';
import {
  isNumeric,
  type ColumnDescription,
  type ColumnKind,
  type Combination,
  type DayOrder,
  type NumberColumn,
  type Order,
  type TableDescription,
} from './description.js';
import { rangeOf } from './describe-numbers.js';
import { indexOf } from './category-index.js';
import { rounded } from './quantiles.js';
import { suggestedOrders } from './suggested-orders.js';
import { asNumber } from './read-cell.js';
import { readColumns, type Known } from './read-columns.js';
import type { Table } from './rows.js';

/** Options of {@link describeTable}. */
export interface DescribeTableOptions {
  /** Kinds of columns, by name, where the one that is found is not meant: `{ zip: 'category', year: 'integer' }`. None by default. */
  readonly kinds?: Readonly<Record<string, ColumnKind | DayOrder>> | undefined;
  /** Columns of categories of which only the combinations in the table may occur: `[['country', 'city']]`. By default, any may. */
  readonly combinations?: readonly (readonly string[])[] | undefined;
  /** Pairs of columns of numbers or dates of which the first never exceeds the second: `[['from', 'to']]`. None by default. */
  readonly orders?: readonly (readonly [string, string])[] | undefined;
}

/** Tables of fewer rows deserve a note. */
const FEW_ROWS = 200;

/**
 * Describes a table as plain JSON: kind, range, decimals, categories and share of missing cells of each column.
 *
 * Numbers of at most 10 values that each occur often are categories, as are texts and booleans. Texts of ISO 8601 are dates, and so are
 * 2026/11/30, 30 Nov 2026, November 30, 2026, and 30.11.2026 or 11/30/2026 if some row shows whether the day is first; amounts such as $12.50,
 * 1.234,50 € or 10% are numbers. They come back as they were written. Null, undefined, NaN and the empty text are missing cells.
 *
 * @param table - rows or columns, as readers of CSV or Parquet give them: `[{ size: 1, kind: 'a' }, ...]` or `{ size: [1, ...], ... }`
 * @param options - see {@link DescribeTableOptions}
 * @returns what {@link encodeTable} and {@link createTableModel} need to know of the table; `notes` says what deserves a look
 * @throws TypeError, RangeError or Error that names the column: one with a single value, with mixed kinds, a cell of another type, an identifier
 *   or free text, days with years of two digits, or more than 1,000 categories that are no texts (the rare texts become 'other'); an
 *   AggregateError with the errors of all columns if there are several; or an empty table
 * @example
 * ```ts
 * const description = describeTable([
 *   { kind: 'a', size: 1.5 },
 *   { kind: 'b', size: null },
 * ]);
 * console.log(description.columns.map(({ kind }) => kind)); // category, number
 * ```
 * @remarks 22% of 368 texts in 46 forms of amounts are not recognised, such as USD 12, (12 €) and +5%, and none of 210 other texts is taken for an
 *   amount; 25% of 384 texts in 32 forms of days are not recognised, such as those with a weekday, a time, an ordinal or no day, and 3% of 216
 *   other texts are taken for days, such as the part number 15-03-1234.
 * @see Xu et al. 2019, https://arxiv.org/abs/1907.00503, for kinds of columns
 */
export function describeTable(table: Table, options: DescribeTableOptions = {}): TableDescription {
  return descriptionOf('describeTable', 'rows', table, options);
}

/** The description of a table, with errors in the name of another function and argument. */
export function descriptionOf(
  where: string,
  argument: string,
  table: Table,
  options: DescribeTableOptions = {},
): TableDescription {
  const names = { is: checkNames, default: undefined };
  const read = readOptions(where, options, { kinds: nested, combinations: names, orders: names });
  const { kinds = {}, combinations = [], orders = [] } = read;
  const unread = new Map<string, Error>();
  const columns = readColumns(where, argument, table, unread);
  const [first] = columns.values();
  const rows = first?.length ?? 0;
  if (rows === 0 && unread.size === 0)
    throw outOfRange(where, argument, 'must have rows and columns', { seen: 'none', fix: notAwaited(table) });
  for (const [name, kind] of Object.entries(kinds)) {
    if (!columns.has(name)) throw wrongKind(where, 'kinds', 'must name columns', { got: name });
    if (!['number', 'integer', 'date', 'category', 'boolean', 'DD/MM/YYYY', 'MM/DD/YYYY'].includes(kind)) {
      const rule = "must be 'number', 'integer', 'date', 'category', 'boolean', 'DD/MM/YYYY' or 'MM/DD/YYYY'";
      throw wrongKind(where, `kinds.${name}`, rule, { got: kind });
    }
  }
  const errors = new Map<string, Error>();
  const described = Array.from(columns).flatMap(([name, cells]) => {
    try {
      if (unread.has(name)) throw unread.get(name)!;
      const named = { where, argument: `${argument}.${name}`, name, cells };
      return [describeColumn(named, Object.hasOwn(kinds, name) ? kinds[name] : undefined)];
    } catch (error) {
      errors.set(name, error as Error);
      return [];
    }
  });
  if (errors.size > 0) throw combined(where, argument, errors);
  const notes = described.flatMap((one) => one.notes);
  if (rows < FEW_ROWS) notes.unshift(`A model of ${rows} rows may copy them.`);
  const found = described.map(({ column }) => column);
  const suggested = orders.length > 0 ? [] : suggestedOrders(found, columns).map((pair) => `['${pair.join("', '")}']`);
  if (suggested.length > 0) {
    notes.push(`Each first column is at most the second in all rows: orders: [${suggested.join(', ')}] keeps it so.`);
  }
  return {
    rows,
    columns: found,
    notes,
    combinations: combinations.map((names, i, all) =>
      combinationOf(where, names, found, columns, all.slice(0, i).flat()),
    ),
    orders: orders.map((pair, i, all) => orderOf(where, pair, found, columns, all.slice(0, i))),
  };
}

/** The error of a column, or one that lists the columns and has all errors. */
function combined(where: string, argument: string, errors: ReadonlyMap<string, Error>): Error {
  const all = [...errors.values()];
  if (all.length === 1) return all[0]!;
  const seen = `${all.length} others: ${[...errors.keys()].join(', ')}`;
  const fix = all.map(({ message }) => message.replace(`${where}: `, '')).join(' ');
  return new AggregateError(all, sentence(where, argument, 'must have columns that a model can learn', { seen, fix }));
}

/** Throws unless `lists` has lists of at least two names. */
function checkNames(where: string, argument: string, lists: readonly (readonly string[])[]): void {
  const isList = (list: unknown): boolean =>
    Array.isArray(list) && list.length > 1 && list.every((name) => typeof name === 'string');
  if (Array.isArray(lists) && lists.every(isList)) return;
  throw wrongKind(where, argument, 'must be a list of lists of names of columns', { got: lists });
}

function combinationOf(
  where: string,
  names: readonly string[],
  columns: readonly ColumnDescription[],
  cells: ReadonlyMap<string, readonly Known[]>,
  others: readonly string[],
): Combination {
  if (new Set([...others, ...names]).size < others.length + names.length) {
    throw wrongKind(where, 'combinations', 'must have no column twice', { got: names });
  }
  const parts = names.map((name) => {
    const column = columns.find((one) => one.name === name);
    if (column === undefined || isNumeric(column)) {
      throw wrongKind(where, 'combinations', 'must name columns of categories', { got: name });
    }
    return { index: indexOf(column), cells: cells.get(name)! };
  });
  const found = new Map<string, number[]>();
  for (let row = 0; row < parts[0]!.cells.length; row++) {
    const indices = parts.map(({ index, cells }) => index(cells[row]!)!);
    found.set(indices.join(), indices);
  }
  return { columns: names, rows: [...found.values()] };
}

function orderOf(
  where: string,
  pair: readonly [string, string],
  columns: readonly ColumnDescription[],
  cells: ReadonlyMap<string, readonly Known[]>,
  before: readonly (readonly [string, string])[],
): Order {
  if (pair.length !== 2) throw wrongKind(where, 'orders', 'must be pairs of columns', { got: pair });
  const [lows, highs] = pair.map((name) => {
    const column = columns.find((one) => one.name === name);
    if (column === undefined || !isNumeric(column)) {
      throw wrongKind(where, 'orders', 'must name columns of numbers or dates', { got: name });
    }
    return { column, numbers: cells.get(name)!.map((cell) => asNumber(column, cell)) };
  }) as unknown as [Side, Side];
  const [low, high] = pair;
  if ((lows.column.kind === 'date') !== (highs.column.kind === 'date')) {
    throw wrongKind(where, 'orders', 'must be two columns of numbers or two of dates', { seen: pair.join(' <= ') });
  }
  // each column follows from one below it, which comes first
  if (before.some(([, other]) => other === high) || before.some(([other]) => other === high) || low === high) {
    const rule = 'must have each second column once, before it is a first one';
    throw wrongKind(where, 'orders', rule, { seen: pair.join(' <= ') });
  }
  const least = Math.min(lows.column.range[0], highs.column.range[0]);
  const differences = highs.numbers.flatMap((number, row) => {
    if (number === null) return [];
    const difference = number - (lows.numbers[row] ?? least);
    if (difference >= 0) return [difference];
    const seen = `${lows.numbers[row]} and ${number}`;
    throw outOfRange(where, `rows[${row}]`, `must have ${pair.join(' <= ')}`, { seen });
  });
  const [ofLow, ofHigh] = [lows.column.decimals, highs.column.decimals];
  const decimals = ofLow === null || ofHigh === null ? null : Math.max(ofLow, ofHigh);
  // 0.19 instead of 0.3 - 0.11 in float64
  const exact = differences.map((difference) => rounded({ decimals, unit: 0 }, difference));
  return { low, high, least, difference: rangeOf(exact, highs.column.kind === 'date') };
}

interface Side {
  readonly column: NumberColumn;
  readonly numbers: readonly (number | null)[];
}
