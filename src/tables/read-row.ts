import { checkObject } from '../tensor/plain-checks.js';
import { wrongKind } from '../tensor/errors.js';
import { checkDescription } from './check-description.js';
import { isNumeric, type ColumnDescription, type TableDescription } from './description.js';
import { momentOf } from './iso-dates.js';
import { cellName, numberIn, readerOf } from './read-cell.js';
import type { Known } from './read-columns.js';
import type { Row } from './rows.js';

/**
 * Reads the texts of one row, from a query, a form or a CSV file, as the values that the columns of a description hold.
 *
 * An empty text is a missing cell, null; as a known cell of {@link sampleTable}, it is filled in. An absent text stays absent.
 *
 * @param description - from {@link describeTable}
 * @param texts - by the names of columns: decimal numbers, dates of ISO 8601 or as the column writes them, categories as they are
 * @param row - its place among other rows, which errors name; none by default
 * @returns the row, for {@link encodeTable} or as known cells
 * @throws TypeError or RangeError that names the column if there is no such column, or if a text is none of its values; it lists categories
 * @example
 * ```ts
 * const description = describeTable([{ kind: 'a', size: 1.5, isNew: true }, { kind: 'b', size: 2.5, isNew: false }]);
 * const query = new URLSearchParams('size=2&isNew=true');
 * console.log(readRow(description, Object.fromEntries(query))['size']); // 2, a number
 * ```
 */
export function readRow(
  description: TableDescription,
  texts: Readonly<Record<string, string | undefined>>,
  row?: number,
): Row {
  const where = 'readRow';
  checkDescription(where, 'description', description);
  checkObject(where, 'texts', texts);
  const argument = row === undefined ? 'texts' : `texts[${row}]`;
  const cells = Object.entries(texts).map(([name, text]) => {
    const column = description.columns.find((one) => one.name === name);
    if (column === undefined) {
      const names = description.columns.map((one) => one.name).join(', ');
      throw wrongKind(where, argument, `must have columns of the description: ${names}`, { got: name });
    }
    const own = cellName('texts', row, name);
    if (text !== undefined && typeof text !== 'string') throw wrongKind(where, own, 'must be a text', { got: text });
    if (text === undefined || text === '') return [name, text === '' ? null : text];
    const cell = cellIn(column, text);
    readerOf(where, column, 'texts')(cell, row);
    return [name, cell];
  });
  return Object.fromEntries(cells) as Row;
}

/** The value that a text writes; the text itself if that is how the column has it, or if it writes none. */
function cellIn(column: ColumnDescription, text: string): NonNullable<Known> {
  if (!isNumeric(column)) {
    const values = column.categories.map(({ value }) => value);
    return values.includes(text) ? text : (values.find((value) => String(value) === text) ?? text);
  }
  const { kind, written } = column;
  const moment = kind === 'date' ? momentOf(text, written) : NaN;
  if (written === 'date' && !Number.isNaN(moment)) return new Date(moment);
  const number = Number.isNaN(moment) ? numberIn(text) : moment;
  return written !== undefined || Number.isNaN(number) ? text : number;
}
