// The two columns of numbers that go together most, as points: whether the model learns how columns depend on each other.
import type { SyntheticRow, Row, TableDescription } from 'tfjs-generative/tables';
import type { Columns } from '../shared/read-csv.js';

/** Two columns of real and made rows. */
export interface PairPoints {
  readonly columns: readonly [x: string, y: string];
  readonly real: readonly Point[];
  readonly made: readonly Point[];
}

type Point = readonly [x: number, y: number];

const [MOST_POINTS, MOST_COLUMNS] = [400, 40];

/** Makes the function that gives the points of made rows next to real ones; undefined for a table with fewer than two columns of numbers. */
export function pairWith(
  { columns }: TableDescription,
  table: Columns,
): ((made: readonly SyntheticRow[]) => PairPoints) | undefined {
  const numeric = columns
    .filter((column) => 'quantiles' in column && column.kind !== 'date' && column.written === undefined)
    .slice(0, MOST_COLUMNS);
  const pointsOf = (x: string, y: string) =>
    Array.from({ length: Math.min(MOST_POINTS, table[x]!.length) }, (_, i) => [table[x]![i], table[y]![i]]).flatMap(
      whole,
    );
  let best: { columns: readonly [string, string]; real: readonly Point[]; r: number } | undefined;
  numeric.forEach(({ name: y }, i) => {
    for (const { name: x } of numeric.slice(0, i)) {
      const real = pointsOf(x, y);
      const r = Math.abs(correlation(real));
      if (r > (best?.r ?? 0)) best = { columns: [x, y], real, r };
    }
  });
  if (best === undefined) return undefined;
  const { columns: names, real } = best;
  const [x, y] = names;
  return (made) => ({ columns: names, real, made: made.map((row: Row) => [row[x], row[y]]).flatMap(whole) });
}

/** A point, unless one of its numbers is missing. */
function whole([x, y]: readonly unknown[]): Point[] {
  return x === null || y === null ? [] : [[Number(x), Number(y)]];
}

function correlation(points: readonly Point[]): number {
  const mean = (of: (point: Point) => number): number =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [mx, my] = [mean(([x]) => x), mean(([, y]) => y)];
  const covariance = mean(([x, y]) => (x - mx) * (y - my));
  return covariance / Math.sqrt(mean(([x]) => (x - mx) ** 2) * mean(([, y]) => (y - my) ** 2));
}
