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

/** The closest record of each row: its distance, and its place among the others. */
export interface ClosestRecords {
  readonly distances: Float64Array;
  readonly places: Int32Array;
}

/** Comparisons of two rows between two pauses. */
const PAIRS = 2 ** 17;

/**
 * The closest one of the others for each row. The distance is the mean over the columns of |difference| / range for numbers, and of 0 for equal
 * and 1 for different categories. Two missing cells are equal; a missing one and another have the distance 1.
 */
export async function closestRecords(rows: Records, others: Records, afterPause: AfterPause): Promise<ClosestRecords> {
  const found = { distances: new Float64Array(rows.rows), places: new Int32Array(rows.rows) };
  const atOnce = Math.max(1, Math.floor(PAIRS / others.rows));
  for (let from = 0; from < rows.rows; from += atOnce) {
    await afterPause(() => {
      for (let row = from; row < Math.min(rows.rows, from + atOnce); row++) search(rows, row, others, found);
    });
  }
  return found;
}

/** Columns of categories between two looks at whether a row is still closer than the closest one so far. */
const LOOK = 32;

function search(a: Records, row: number, b: Records, { distances, places }: ClosestRecords): void {
  const [width, categories] = [a.numbers.length / a.rows, a.codes.length / a.rows];
  const [ownNumbers, numbers] = [a.numbers.subarray(row * width, (row + 1) * width), b.numbers];
  const [ownCodes, codes] = [a.codes.subarray(row * categories, (row + 1) * categories), b.codes];
  let least = Infinity;
  for (let other = 0; other < b.rows; other++) {
    const [firstNumber, firstCode] = [other * width, other * categories];
    let sum = 0;
    // always in the same order, so that equal distances are equal numbers
    for (let from = 0; from < categories && sum < least; from += LOOK) {
      const to = Math.min(categories, from + LOOK);
      for (let k = from; k < to; k++) {
        const difference = ownCodes[k]! ^ codes[firstCode + k]!;
        // 1 unless it is 0: a branch that cannot be predicted takes several times as long
        sum += (difference | -difference) >>> 31;
      }
    }
    for (let k = 0; k < width && sum < least; k++) {
      const [x, y] = [ownNumbers[k]!, numbers[firstNumber + k]!];
      const difference = Math.abs(x - y);
      if (difference >= 0) sum += difference;
      else if (!(Number.isNaN(x) && Number.isNaN(y))) sum++;
    }
    if (sum < least) [least, places[row]] = [sum, other];
  }
  distances[row] = least / (width + categories);
}
