// Points from a CSV file: pure functions, because a file may hold anything.
import { REACH, type Point } from '../experiment/points.js';

/** A larger file is refused before it is read. */
export const MAX_CSV_BYTES = 5_000_000;
/** Of more rows than this, evenly spread ones are taken. */
export const MAX_ROWS = 4_000;
/** The numbers of points have so many decimals, so that a program stays readable. */
const DECIMALS = 1e4;
/** The farthest coordinate of a file, in units of the plane. */
const FARTHEST = 0.96 * REACH;

/** The points of a file, and how they were made from it. */
export interface CsvPoints {
  readonly points: readonly Point[];
  /** What was read, what was left out, and how it was scaled, in sentences. */
  readonly remark: string;
}

/**
 * Reads the first two columns of numbers. Each is moved so that its mean is 0, and multiplied by a factor of its own, so that the points
 * fill the plane.
 *
 * @throws Error with a sentence for the reader if there are no two columns of numbers
 */
export function readCsv(bytes: Uint8Array): CsvPoints {
  const text = decode(bytes);
  const rows = readRows(text, separatorOf(text)).filter((cells) => cells.some((cell) => cell.trim() !== ''));
  if (rows.length === 0)
    throw new Error('The file is empty. It needs a row with two numbers, x and y, for each point.');
  const readNumber = numberReader(rows);
  const numbers = rows.map((cells) => cells.map(readNumber));
  const columns = numericColumns(numbers);
  if (columns.length < 2) throw new Error(tooFew(columns.length));
  const [first, second] = columns as [number, number];
  const whole = numbers.flatMap((row, i): { readonly i: number; readonly point: Point }[] => {
    const [x, y] = [row[first], row[second]];
    return x === undefined || y === undefined ? [] : [{ i, point: [x, y] }];
  });
  const headers = headersIn(rows, numbers, [first, second]);
  const names = headers === 0 ? [] : [rows[0]![first]!, rows[0]![second]!];
  const kept = spread(
    whole.map(({ point }) => point),
    MAX_ROWS,
  );
  const { points, how } = scaled(kept);
  if (new Set(points.map(String)).size < 2) {
    throw new Error('All points of the file are the same. A model needs at least two different ones to learn from.');
  }
  const left = rows.length - whole.length - headers;
  const named = names
    .map(shortened)
    .filter((name) => name !== '""')
    .join(' and ');
  const remarks = [
    `${kept.length} points were read${named === '' ? '' : ` from the ${names.every((name) => name.trim() !== '') ? 'columns' : 'column'} ${named}`}.`,
    columns.length > 2 || first !== 0 || second !== 1
      ? `The columns used are ${first + 1} and ${second + 1}, the first two with numbers.`
      : '',
    left === 0
      ? ''
      : `${left} ${left === 1 ? 'row' : 'rows'} without two numbers ${left === 1 ? 'was' : 'were'} left out.`,
    whole.length === kept.length ? '' : `The file has ${whole.length}; these are evenly spread over it.`,
    how,
  ];
  return { points, remark: remarks.filter((remark) => remark !== '').join(' ') };
}

/**
 * The number of rows at the beginning that name the columns or their units: both cells are there, neither is a number, and one at least has
 * a letter. A word for a missing number makes no header.
 */
function headersIn(
  rows: readonly (readonly string[])[],
  numbers: readonly (readonly (number | undefined)[])[],
  columns: readonly number[],
): number {
  const isMissing = (cell: string): boolean => /^(|na|n\/a|nan|null|none|[+-]?inf(inity)?|[-?.]+)$/i.test(cell.trim());
  const isHeader = (cells: readonly string[], row: number): boolean =>
    columns.every((at) => cells[at] !== undefined && numbers[row]![at] === undefined) &&
    columns.some((at) => !isMissing(cells[at]!) && /\p{L}/u.test(cells[at]!));
  const first = rows.findIndex((cells, i) => !isHeader(cells, i));
  return first === -1 ? 0 : first;
}

/** The text of a file: UTF-8, or UTF-16 if it begins with its mark. */
function decode(bytes: Uint8Array): string {
  const [a, b] = bytes;
  const encoding = a === 0xff && b === 0xfe ? 'utf-16le' : a === 0xfe && b === 0xff ? 'utf-16be' : 'utf-8';
  const text = new TextDecoder(encoding).decode(bytes);
  if (/[\0\ufffd]/.test(text.slice(0, 10_000))) {
    throw new Error('The file is not text. Save the table as CSV, with two numbers in each row, and open that.');
  }
  return text;
}

/** The cells of each row. A cell in quotes may hold separators and line breaks; two quotes in it stand for one. */
function readRows(text: string, separator: string): string[][] {
  const rows: string[][] = [];
  let [row, cell, isQuoted]: [string[], string, boolean] = [[], '', false];
  const endCell = (): void => {
    // several spaces are one separator
    if (separator !== ' ' || cell !== '') row.push(cell);
    cell = '';
  };
  const endRow = (): void => {
    endCell();
    rows.push(row);
    row = [];
  };
  for (let i = 0; i < text.length; i++) {
    const letter = text[i]!;
    if (letter === '"' && isQuoted && text[i + 1] === '"') cell += text[++i];
    else if (letter === '"' && (isQuoted || cell.trim() === '')) isQuoted = !isQuoted;
    else if (isQuoted) cell += letter;
    else if (letter === separator) endCell();
    else if (letter === '\n' || letter === '\r') endRow();
    else cell += letter;
  }
  endRow();
  return rows;
}

/** The first separator that gives two columns of numbers; tabs and semicolons first, because with them a comma may be part of a number. */
function separatorOf(text: string): string {
  const beginning = text.slice(0, 20_000);
  const candidates = ['\t', ';', ',', '|', ' '].filter((separator) => beginning.includes(separator));
  const givesTwo = (separator: string): boolean => {
    const rows = readRows(beginning, separator);
    const readNumber = numberReader(rows);
    return numericColumns(rows.map((cells) => cells.map(readNumber))).length >= 2;
  };
  return candidates.find(givesTwo) ?? candidates[0] ?? ',';
}

/** Reads a cell; in files whose numbers have commas but no dots, and whose cells are not separated by commas, a comma is the decimal point. */
function numberReader(rows: readonly (readonly string[])[]): (cell: string) => number | undefined {
  const some = rows.slice(0, 100).flat();
  const hasCommas = some.some((cell) => /^\s*[+-]?\d*,\d+(e[+-]?\d+)?\s*$/i.test(cell));
  const hasDots = some.some((cell) => /^\s*[+-]?\d*\.\d+(e[+-]?\d+)?\s*$/i.test(cell));
  const isComma = hasCommas && !hasDots;
  return (cell) => {
    const text = isComma ? cell.trim().replace(',', '.') : cell.trim();
    if (!/^[+-]?(\d+(?:\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text)) return undefined;
    const number = Number(text);
    return Number.isFinite(number) ? number : undefined;
  };
}

/** The columns in which at least half of the rows have a number. */
function numericColumns(numbers: readonly (readonly (number | undefined)[])[]): number[] {
  const counts: number[] = [];
  for (const row of numbers)
    row.forEach((number, i) => (counts[i] = (counts[i] ?? 0) + (number === undefined ? 0 : 1)));
  const body = Math.max(1, numbers.length - 1);
  return [...counts.keys()].filter((i) => (counts[i] ?? 0) >= body / 2);
}

function tooFew(columns: number): string {
  const seen = columns === 0 ? 'no column of numbers' : 'only one column of numbers';
  return `The file has ${seen}. It needs two, x and y, separated by commas, semicolons or tabs.`;
}

/** At most `most` of a list, evenly spread. */
function spread<T>(list: readonly T[], most: number): readonly T[] {
  if (list.length <= most) return list;
  return Array.from({ length: most }, (_, i) => list[Math.floor((i * list.length) / most)]!);
}

/** Scales both columns by themselves: units may differ, as years and euros do. */
function scaled(points: readonly Point[]): { readonly points: readonly Point[]; readonly how: string } {
  const [x, y] = [0, 1].map((axis) => scaledColumn(points.map((point) => point[axis]!))) as [Column, Column];
  const [means, factors] = [
    [x.mean, y.mean],
    [x.factor, y.factor],
  ].map((pair) => pair.map((value) => Number(value.toPrecision(3)))) as [number[], number[]];
  return {
    points: points.map((_, i): Point => [x.values[i]!, y.values[i]!]),
    how: `To fit into the plane, the mean of each column (${means.join(' and ')}) was subtracted, and the columns were multiplied by ${factors.join(' and ')}.`,
  };
}

interface Column {
  readonly values: readonly number[];
  readonly mean: number;
  readonly factor: number;
}

/** Subtracts the mean, and multiplies by a factor that gives a variance of 1, or less if a point would leave the plane. */
function scaledColumn(column: readonly number[]): Column {
  const mean = column.reduce((sum, value) => sum + value / column.length, 0);
  const moved = column.map((value) => value - mean);
  const farthest = moved.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  // a column of one value stays at 0
  if (farthest === 0) return { values: moved, mean, factor: 1 };
  // relative to the farthest one, whose square may be too large for a number
  const squares = moved.reduce((sum, value) => sum + (value / farthest) ** 2, 0);
  const factor = Math.min(FARTHEST, Math.sqrt(column.length / squares)) / farthest;
  if (!Number.isFinite(farthest) || !(factor > 0 && Number.isFinite(factor))) {
    throw new Error('The numbers of the file are too large, or too close together, to be scaled. Scale them first.');
  }
  return { values: moved.map((value) => Math.round(value * factor * DECIMALS) / DECIMALS + 0), mean, factor };
}

function shortened(name: string): string {
  const clean = name.replaceAll(/\s+/g, ' ').trim();
  return `"${clean.length > 20 ? `${clean.slice(0, 20)}...` : clean}"`;
}
