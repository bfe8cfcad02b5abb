import { isNumeric, type ColumnDescription } from './description.js';
import { asNumber } from './read-cell.js';
import type { Known } from './read-columns.js';

/** Violations that independent columns of the same numbers would have, at least; fewer may be none by chance. */
const EXPECTED = 20;

/** Pairs of columns of numbers, or of dates, of which the first exceeds the second in no row, although it would if they were independent. */
export function suggestedOrders(
  columns: readonly ColumnDescription[],
  cells: ReadonlyMap<string, readonly Known[]>,
): (readonly [low: string, high: string])[] {
  const sides = columns.filter(isNumeric).map((column) => {
    const numbers = cells.get(column.name)!.map((cell) => asNumber(column, cell) ?? NaN);
    const present = numbers.filter((number) => !Number.isNaN(number));
    return { column, numbers, mean: present.reduce((sum, number) => sum + number / present.length, 0) };
  });
  type Side = (typeof sides)[number];
  const holds = (low: Side, high: Side): boolean => {
    const count = low.numbers.length;
    const violations = (shift: number): number =>
      low.numbers.reduce((sum, number, row) => sum + Number(number > high.numbers[(row + shift) % count]!), 0);
    if ((low.column.kind === 'date') !== (high.column.kind === 'date') || low.mean >= high.mean) return false;
    if (low.numbers.some((number, row) => number > high.numbers[row]!)) return false;
    return [1, 2, 3].reduce((sum, quarter) => sum + violations(Math.floor((quarter * count) / 4)), 0) >= 3 * EXPECTED;
  };
  // each column from the nearest one below it, those below first
  sides.sort((a, b) => a.mean - b.mean);
  return sides.flatMap((high, i) => {
    const low = sides
      .slice(0, i)
      .reverse()
      .find((side) => holds(side, high));
    return low === undefined ? [] : [[low.column.name, high.column.name] as const];
  });
}
