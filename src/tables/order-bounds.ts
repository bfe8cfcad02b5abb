import { outOfRange } from '../tensor/errors.js';
import { isNumeric, type NumberColumn, type TableDescription } from './description.js';

/** What the known numbers of a row say of its other numbers, by the names of the columns. */
export interface OrderBounds {
  /** The largest number that a column may have, where a known one follows from it. */
  readonly most: ReadonlyMap<string, number>;
  /** Columns that must be missing, as no number lies between the known ones around them. */
  readonly missing: ReadonlySet<string>;
}

/** Follows each known number down its orders, to the next known one; throws if that is larger. `argumentOf` names a cell in errors, which show it. */
export function orderBounds(
  where: string,
  { columns, orders }: TableDescription,
  given: ReadonlyMap<string, number>,
  { argumentOf, cellOf }: { argumentOf(name: string): string; cellOf(name: string): unknown },
): OrderBounds {
  const lowOf = (name: string): string | undefined => orders.find(({ high }) => high === name)?.low;
  const [most, missing] = [new Map<string, number>(), new Set<string>()];
  /** The columns below one, to the first that `ends` them, and that one. */
  const below = (name: string, ends: (low: string) => boolean): readonly [NumberColumn[], string | undefined] => {
    const open: NumberColumn[] = [];
    let low = lowOf(name);
    for (; low !== undefined && !ends(low); low = lowOf(low)) {
      open.push(columns.filter(isNumeric).find((column) => column.name === low)!);
    }
    return [open, low];
  };
  for (const [name, number] of given) {
    const [open, low] = below(name, (one) => given.has(one));
    const gaps = open.filter((column) => column.missing > 0);
    for (const column of gaps) if (number < column.range[0]) missing.add(column.name);
    if (low === undefined || given.get(low)! <= number) continue;
    if (gaps.length === 0) {
      const rule = `must be at least ${argumentOf(low)}, by the orders of the table`;
      throw outOfRange(where, argumentOf(name), rule, {
        seen: [name, low].map((one) => String(cellOf(one))).join(' and '),
      });
    }
    missing.add(gaps[0]!.name);
  }
  for (const [name, number] of given) {
    for (const column of below(name, (one) => given.has(one) || missing.has(one))[0]) {
      most.set(column.name, Math.min(most.get(column.name) ?? Infinity, number));
    }
  }
  return { most, missing };
}
