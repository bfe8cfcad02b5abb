import type { AfterPause } from '../../training/pause.js';
import type { Sides } from './column-shapes.js';
import { meanOf, totalVariation, type Compared } from './compared.js';
import type { Cells, ReportTable } from './read-tables.js';

/** How far the joint distribution of two columns is off. */
export interface PairError extends Compared {
  /** The names of the columns. */
  readonly columns: readonly [first: string, second: string];
  /** 'correlation' for two columns of numbers or dates, 'contingency' for others. */
  readonly measure: 'correlation' | 'contingency';
}

/** The errors of all pairs of columns, and their mean. */
export interface TrendErrors extends Compared {
  /** The pair with the largest error; null for a table with one column. */
  readonly worst: PairError | null;
  /** Up to ten pairs with the largest errors, the largest first. */
  readonly worstPairs: readonly PairError[];
  /** The mean of the largest tenth of the errors, and that of the largest tenth of the floors: few lost pairs hardly change the mean of all. */
  readonly largestTenth: Compared;
  /** All pairs, in the order of the columns. */
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
  const worstPairs = [...pairs].sort((a, b) => b.error - a.error).slice(0, 10);
  const [errors, floors] = (['error', 'floor'] as const).map((side) =>
    pairs.map((pair) => pair[side]).sort((a, b) => b - a),
  ) as [number[], number[]];
  const tenth = errors.slice(0, Math.ceil(pairs.length / 10)).map((error, i) => ({ error, floor: floors[i]! }));
  return { ...meanOf(pairs), worst: worstPairs[0] ?? null, worstPairs, largestTenth: meanOf(tenth), pairs };
}

/** How many rows have each pair of codes; a missing cell has a code of its own. */
function jointCounts({ codes: a }: Cells, { codes: b }: Cells, ofA: number, ofB: number): Int32Array {
  const counts = new Int32Array(ofA * ofB);
  for (let row = 0; row < a.length; row++) counts[a[row]! * ofB + b[row]!]!++;
  return counts;
}

/** Pearson's correlation over the rows that have both numbers; 0 if one of them is constant. */
function correlation({ numbers: first }: Cells, { numbers: second }: Cells): number {
  const [a, b] = [new Float64Array(first!.length), new Float64Array(first!.length)];
  let count = 0;
  for (let row = 0; row < a.length; row++) {
    [a[count], b[count]] = [first![row]!, second![row]!];
    if (!Number.isNaN(a[count]! + b[count]!)) count++;
  }
  centre(a, count);
  centre(b, count);
  let [aa, bb, ab] = [0, 0, 0];
  for (let i = 0; i < count; i++) {
    aa += a[i]! ** 2;
    bb += b[i]! ** 2;
    ab += a[i]! * b[i]!;
  }
  return aa > 0 && bb > 0 ? Math.min(1, Math.max(-1, ab / Math.sqrt(aa) / Math.sqrt(bb))) : 0;
}

/** Subtracts their mean from the first numbers, in units of the largest difference, so that no square overflows; exactly 0 if all are equal. */
function centre(numbers: Float64Array, count: number): void {
  const first = numbers[0]! / 2;
  let [largest, mean] = [0, 0];
  for (let i = 0; i < count; i++) {
    numbers[i] = numbers[i]! / 2 - first;
    largest = Math.max(largest, Math.abs(numbers[i]!));
  }
  for (let i = 0; i < count; i++) mean += (numbers[i] = numbers[i]! / (largest || 1)) / count;
  for (let i = 0; i < count; i++) numbers[i] = numbers[i]! - mean;
}
