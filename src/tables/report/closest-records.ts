import type { AfterPause } from '../../training/pause.js';
import { isNumeric } from '../description.js';
import type { ReportTable } from './read-tables.js';

/** Rows as numbers in units of the range of the real ones, and as codes of categories. */
export interface Records {
  readonly rows: number;
  /** Row-major, NaN where a cell is missing. */
  readonly numbers: Float64Array;
  readonly codes: Int32Array;
}

/** The rows of a table as {@link closestRecords} compares them. */
export function recordsOf({ rows, columns }: ReportTable): Records {
  const numeric = columns.flatMap(({ column, numbers }) =>
    isNumeric(column) ? [{ numbers: numbers!, unit: column.range[1] / 2 - column.range[0] / 2 || 1 }] : [],
  );
  const categories = columns.filter(({ numbers }) => numbers === undefined);
  const records = {
    rows,
    numbers: new Float64Array(rows * numeric.length),
    codes: new Int32Array(rows * categories.length),
  };
  numeric.forEach(({ numbers, unit }, k) => {
    for (let row = 0; row < rows; row++) records.numbers[row * numeric.length + k] = numbers[row]! / 2 / unit;
  });
  categories.forEach(({ codes }, k) => {
    for (let row = 0; row < rows; row++) records.codes[row * categories.length + k] = codes[row]!;
  });
  return records;
}

/** Comparisons of two rows between two pauses. */
const PAIRS = 2 ** 17;

/**
 * The distance of each row from the closest one of the others: the mean over the columns of |difference| / range for numbers, and of 0 for equal
 * and 1 for different categories. Two missing cells are equal; a missing one and another have the distance 1.
 */
export async function closestRecords(rows: Records, others: Records, afterPause: AfterPause): Promise<Float64Array> {
  const distances = new Float64Array(rows.rows);
  const atOnce = Math.max(1, Math.floor(PAIRS / others.rows));
  for (let from = 0; from < rows.rows; from += atOnce) {
    await afterPause(() => {
      for (let row = from; row < Math.min(rows.rows, from + atOnce); row++) distances[row] = closest(rows, row, others);
    });
  }
  return distances;
}

function closest(a: Records, row: number, b: Records): number {
  const [numbers, categories] = [a.numbers.length / a.rows, a.codes.length / a.rows];
  const [firstNumber, firstCode] = [row * numbers, row * categories];
  let least = Infinity;
  for (let other = 0; other < b.rows; other++) {
    let sum = 0;
    // always in the same order, so that equal distances are equal numbers
    for (let k = 0; k < categories; k++) {
      if (a.codes[firstCode + k] !== b.codes[other * categories + k]) sum++;
    }
    for (let k = 0; k < numbers && sum < least; k++) {
      const [x, y] = [a.numbers[firstNumber + k]!, b.numbers[other * numbers + k]!];
      const difference = Math.abs(x - y);
      if (difference >= 0) sum += difference;
      else if (!(Number.isNaN(x) && Number.isNaN(y))) sum++;
    }
    if (sum < least) least = sum;
  }
  return least / (numbers + categories);
}
