import type { RandomStream } from '../../random/stream.js';
import { isNumeric, type TableDescription } from '../description.js';
import { scoresOf } from '../quantiles.js';
import { MISSING, selectRows, type Cells, type ReportTable } from './read-tables.js';

/** Rows as a network reads them: normal scores and categories as one-hot vectors, and a column to predict. */
export interface Features {
  readonly rows: number;
  /** Numbers for each row, without the target. */
  readonly inputs: number;
  /** Scores, or indices of categories. */
  readonly targets: Float32Array;
  /** Row-major inputs of some rows, each followed by its target. */
  fill(rows: Uint32Array): Float32Array;
}

/** The largest magnitude of a score, for numbers far beyond those of the real rows. */
const MAX_SCORE = 10;

/** The features of at most `most` rows that have the target, drawn at random. */
export function featuresOf(
  table: ReportTable,
  description: TableDescription,
  target: number,
  random: RandomStream,
  most: number,
): Features {
  const column = description.columns[target]!;
  const known = isNumeric(column) ? Infinity : column.categories.length;
  const { codes } = table.columns[target]!;
  const order = random.permutation(table.rows);
  const usable = order.filter((row) => codes[row] !== MISSING && codes[row]! <= known).subarray(0, most);
  const { columns } = selectRows(table, usable);
  const parts = columns.map((cells) => partOf(cells, description));
  const others = parts.filter((_, i) => i !== target);
  const inputs = others.reduce((sum, { size }) => sum + size, 0);
  const own = columns[target]!;
  const targets = parts[target]!.scores ?? Float32Array.from(own.codes, (code) => code - 1);
  return {
    rows: usable.length,
    inputs,
    targets,
    fill: (rows) => {
      const data = new Float32Array(rows.length * (inputs + 1));
      rows.forEach((row, i) => {
        let place = i * (inputs + 1);
        for (const { size, scores, hot } of others) {
          if (scores !== undefined) data[place] = scores[row]!;
          if (hot[row]! >= 0) data[place + hot[row]!] = 1;
          place += size;
        }
        data[place] = targets[row]!;
      });
      return data;
    },
  };
}

/** The part of the inputs that stands for one column. */
interface Part {
  readonly size: number;
  /** The first number of the part, for numbers and dates; 0 where they are missing. */
  readonly scores: Float32Array | undefined;
  /** The place of a 1 within the part; -1 for none, as for a category that the real rows lack. */
  readonly hot: Int32Array;
}

function partOf({ column, numbers, codes }: Cells, { rows }: TableDescription): Part {
  if (!isNumeric(column)) {
    const size = column.categories.length + 1;
    return { size, scores: undefined, hot: codes.map((code) => (code < size ? code : -1)) };
  }
  const { scoreOf } = scoresOf(column, rows);
  const scores = Float32Array.from(numbers!, (number) =>
    Number.isNaN(number) ? 0 : Math.min(MAX_SCORE, Math.max(-MAX_SCORE, scoreOf(number, 0.5))),
  );
  return { size: 2, scores, hot: codes.map((code) => (code === MISSING ? 1 : -1)) };
}
