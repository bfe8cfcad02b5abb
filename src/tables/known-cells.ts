import { outOfRange, wrongKind } from '../tensor/errors.js';
import { indexOf } from './category-index.js';
import { isNumeric, type TableDescription } from './description.js';
import { asNumber, readColumns } from './read-columns.js';
import type { Row } from './rows.js';
import type { TableLayout } from './table-layout.js';

/** What is known of some rows, encoded. */
export interface KnownCells {
  /** `[rows, columns]`, 0 where nothing is known. */
  readonly values: Float32Array;
  /** 1 where a value is known. */
  readonly isKnown: Float32Array;
}

interface Reader {
  (from: number, count: number): KnownCells;
  /** The known cells of a row. */
  given(row: number): Row;
}

/** Reads known cells, of which there is a row for all or one for each of n rows. */
export function knownCells(
  where: string,
  description: TableDescription,
  { numbers, categories }: TableLayout,
  known: Row | readonly Row[] | undefined,
  n: number,
): Reader {
  const rows = (Array.isArray(known) ? known : [known ?? {}]) as readonly Row[];
  if (Array.isArray(known) && rows.length !== n) {
    throw outOfRange(where, 'known', `must be one row, or ${n}`, { seen: `${rows.length}` });
  }
  const width = numbers.length + categories.length;
  const cells = readColumns(where, 'known', rows);
  for (const name of cells.keys()) {
    if (description.columns.some((column) => column.name === name)) continue;
    throw wrongKind(where, 'known', 'must have columns of the description', { got: name });
  }
  const encoded = rows.map((row, i) => {
    const values = new Float32Array(width);
    const isKnown = new Float32Array(width);
    const set = (place: number, value: number): void => {
      values[place] = value;
      isKnown[place] = 1;
    };
    const cellOf = (name: string) => (name in row && row[name] !== undefined ? cells.get(name)![i] : undefined);
    numbers.forEach(({ column, scores, order }, place) => {
      const cell = cellOf(column.name);
      if (cell === undefined || cell === null) return;
      const number = asNumber(cell);
      if (number === null || Number.isNaN(number) || typeof cell === 'boolean') {
        throw wrongKind(where, `known.${column.name}`, `must be a ${column.kind}`, { got: cell });
      }
      if (order !== undefined) {
        const low = cellOf(order.low);
        if (low === undefined || low === null) {
          throw wrongKind(where, `known.${column.name}`, `needs known.${order.low}`, { seen: 'none' });
        }
        set(place, scores.scoreOf(number - asNumber(low)!, 0.5));
        return;
      }
      set(place, scores.scoreOf(number, 0.5));
    });
    categories.forEach(({ columns, combination }, k) => {
      const place = numbers.length + k;
      if (combination !== undefined) {
        const indices = columns.map((column) => {
          const cell = cellOf(column.name);
          return cell === undefined || isNumeric(column) ? undefined : indexOf(column)(cell);
        });
        const fits = combination.rows.flatMap((row, at) =>
          row.every((index, part) => indices[part] === undefined || indices[part] === index) ? [at] : [],
        );
        if (indices.every((index) => index === undefined)) return;
        if (indices.some((index) => index === undefined) || fits.length !== 1) {
          const rule = `must have all of ${combination.columns.join(', ')}, in a combination of the table`;
          throw outOfRange(where, 'known', rule, { seen: columns.map(({ name }) => String(cellOf(name))).join(', ') });
        }
        set(place, fits[0]!);
        return;
      }
      const [column] = columns;
      const cell = cellOf(column!.name);
      if (cell === undefined) return;
      if (isNumeric(column!)) return set(place, 0);
      if (cell === null) return;
      const index = indexOf(column!)(cell);
      if (index === undefined) {
        throw outOfRange(where, `known.${column!.name}`, 'must be a category of the description', { got: cell });
      }
      set(place, index);
    });
    const given = Object.fromEntries(Object.entries(row).filter(([name]) => cells.get(name)![i] !== null));
    return { values, isKnown, given };
  });
  const at = (row: number) => encoded[encoded.length === 1 ? 0 : row]!;
  const read = (from: number, count: number): KnownCells => {
    const [values, isKnown] = [new Float32Array(count * width), new Float32Array(count * width)];
    for (let row = 0; row < count; row++) {
      values.set(at(from + row).values, row * width);
      isKnown.set(at(from + row).isKnown, row * width);
    }
    return { values, isKnown };
  };
  return Object.assign(read, { given: (row: number) => at(row).given });
}
