// Reads a CSV file as columns of numbers, booleans and texts. The kind of a cell is that of its whole column: one "n/a" makes no text of a number.
import { dsvFormat } from 'd3-dsv';

/** A cell of a file; null where one is missing. */
export type CsvCell = number | string | boolean | null;

/** The cells of each column by its name. */
export type Columns = Readonly<Record<string, readonly CsvCell[]>>;

const MISSING = new Set(['', '-', '?', 'na', 'n/a', 'nan', 'null']);
const POINT = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
/** Commas are decimal, or where they separate the columns, mark thousands. */
const DECIMAL = /^[+-]?\d+,\d+$/;
const THOUSANDS = /^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$/;
/** Codes such as 00123, which would lose their zeros as numbers. */
const CODE = /^[+-]?0\d/;
const BOOLEAN = /^(true|false)$/i;
const MOMENT = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d(:\d\d(\.\d+)?)?)Z?$/;

/** The text in a file of UTF-8, or else of the code page of western Windows. */
export function textIn(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

/** The columns of a text with a header, separated by commas, semicolons, tabs or bars; throws one sentence if it is no table. */
export function readCsv(text: string): Columns {
  if (text.includes('\0')) throw new Error('This file is not text. Save the table as CSV, and drop that.');
  const separator = separatorOf(text);
  const [header = [], ...lines] = dsvFormat(separator).parseRows(text);
  const rows = lines.filter((cells) => cells.some((cell) => cell !== ''));
  if (rows.length === 0) throw new Error('This file has no rows below its first line, which names the columns.');
  const names: string[] = [];
  for (const [i, title] of header.entries()) {
    const name = title.trim() || `column ${i + 1}`;
    names.push(names.includes(name) ? `${name} (${i + 1})` : name);
  }
  return Object.fromEntries(
    names.map((name, i) => [
      name,
      typed(
        rows.map((cells) => cellOf(cells[i])),
        separator,
      ),
    ]),
  );
}

/** The separator that the first line has most of; a comma may also be part of a name. */
function separatorOf(text: string): string {
  const [first = ''] = text.split(/\r?\n|\r/, 1);
  const counted = ['\t', ';', '|', ','].map((separator) => ({ separator, count: first.split(separator).length }));
  return counted.reduce((most, one) => (one.count > most.count ? one : most)).separator;
}

function cellOf(text = ''): string | null {
  const cell = text.trim();
  return MISSING.has(cell.toLowerCase()) ? null : cell;
}

/** Booleans, numbers, moments as ISO 8601 writes them, or the texts as they are. */
function typed(cells: readonly (string | null)[], separator: string): readonly CsvCell[] {
  const present = cells.filter((cell) => cell !== null);
  const map = <T>(convert: (cell: string) => T) => cells.map((cell) => (cell === null ? null : convert(cell)));
  if (present.some((cell) => CODE.test(cell))) return cells;
  if (present.length > 0 && present.every((cell) => BOOLEAN.test(cell))) return map((cell) => /^true$/i.test(cell));
  const numbers = map((cell) => numberIn(cell, separator));
  if (!numbers.some(Number.isNaN)) return numbers;
  const moments = map(momentIn);
  return moments.some(Number.isNaN)
    ? cells
    : moments.map((moment) => (moment === null ? null : new Date(moment).toISOString()));
}

function numberIn(cell: string, separator: string): number {
  if (POINT.test(cell)) return Number(cell);
  if (separator === ',') return THOUSANDS.test(cell) ? Number(cell.replaceAll(',', '')) : NaN;
  return DECIMAL.test(cell) ? Number(cell.replace(',', '.')) : NaN;
}

/** Milliseconds since 1970 of a date with a time, in UTC; NaN for other texts. */
function momentIn(cell: string): number {
  return MOMENT.test(cell) ? Date.parse(cell.replace(MOMENT, '$1T$2Z')) : NaN;
}
