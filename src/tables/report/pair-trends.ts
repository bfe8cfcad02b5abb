import type { AfterPause } from '../../training/pause.js';
import type { Sides } from './column-shapes.js';
import { meanOf, totalVariation, type Compared } from './compared.js';
import type { Cells, ReportTable } from './read-tables.js';

/** How far the joint distribution of two columns is off. */
export interface PairError extends Compared {
  readonly columns: readonly [first: string, second: string];
  /** 'correlation' for two columns of numbers or dates, 'contingency' for others. */
  readonly measure: 'correlation' | 'contingency';
}

/** The errors of all pairs of columns, and their mean. */
export interface TrendErrors extends Compared {
  /** The pair with the largest error; null for a table with one column. */
  readonly worst: PairError | null;
  readonly pairs: readonly PairError[];
}

/** The distances of the joint distributions of pairs of columns. */
export async function pairTrends(
  { real, synthetic, floor }: Sides,
  sizes: readonly number[],
  afterPause: AfterPause,
): Promise<TrendErrors> {
  const pairs: PairError[] = [];
  for (const [i, { column, numbers }] of real.columns.entries()) {
    for (const [j, other] of real.columns.entries()) {
      if (j <= i) continue;
      const isCorrelation = numbers !== undefined && other.numbers !== undefined;
      const errors = await afterPause(() => {
        const cellsOf = ({ columns }: ReportTable): [Cells, Cells] => [columns[i]!, columns[j]!];
        if (isCorrelation) {
          const own = correlation(...cellsOf(real));
          const error = (table: ReportTable): number => Math.abs(own - correlation(...cellsOf(table))) / 2;
          return { error: error(synthetic), floor: error(floor) };
        }
        const own = jointCounts(...cellsOf(real), sizes[i]!, sizes[j]!);
        const error = (table: ReportTable): number =>
          totalVariation(own, jointCounts(...cellsOf(table), sizes[i]!, sizes[j]!));
        return { error: error(synthetic), floor: error(floor) };
      });
      pairs.push({
        columns: [column.name, other.column.name],
        measure: isCorrelation ? 'correlation' : 'contingency',
        ...errors,
      });
    }
  }
  const worst = pairs.reduce<PairError | null>(
    (most, pair) => (most === null || pair.error > most.error ? pair : most),
    null,
  );
  return { ...meanOf(pairs), worst, pairs };
}

/** How many rows have each pair of codes; a missing cell has a code of its own. */
function jointCounts({ codes: a }: Cells, { codes: b }: Cells, ofA: number, ofB: number): Int32Array {
  const counts = new Int32Array(ofA * ofB);
  for (let row = 0; row < a.length; row++) counts[a[row]! * ofB + b[row]!]!++;
  return counts;
}

/** Pearson's correlation over the rows that have both numbers; 0 if one of them is constant. */
function correlation(first: Cells, second: Cells): number {
  const rows: number[] = [];
  first.codes.forEach((_, row) => {
    if (!Number.isNaN(first.numbers![row]! + second.numbers![row]!)) rows.push(row);
  });
  const [a, b] = [first, second].map(({ numbers }) => centred(Float64Array.from(rows, (row) => numbers![row]!)));
  let [aa, bb, ab] = [0, 0, 0];
  for (let i = 0; i < rows.length; i++) {
    aa += a![i]! ** 2;
    bb += b![i]! ** 2;
    ab += a![i]! * b![i]!;
  }
  return aa > 0 && bb > 0 ? Math.min(1, Math.max(-1, ab / Math.sqrt(aa) / Math.sqrt(bb))) : 0;
}

/** Numbers less their mean, in units of the largest difference, so that no square overflows; exactly 0 if all are equal. */
function centred(numbers: Float64Array): Float64Array {
  const [first = 0] = numbers;
  const largest = numbers.reduce((most, number) => Math.max(most, Math.abs(number / 2 - first / 2)), 0);
  const shifted = numbers.map((number) => (number / 2 - first / 2) / (largest || 1));
  const mean = shifted.reduce((sum, number) => sum + number, 0) / Math.max(1, numbers.length);
  return shifted.map((number) => number - mean);
}
