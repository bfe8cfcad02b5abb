import {
  isNumeric,
  type CategoryColumn,
  type Combination,
  type NumberColumn,
  type Order,
  type TableDescription,
} from './description.js';
import { scoresOf, type Scores } from './quantiles.js';

/** A column of normal scores in an encoded table. */
export interface NumberSlot {
  readonly column: NumberColumn;
  /** If the scores are those of the difference from another column. */
  readonly order: Order | undefined;
  /** The column that these scores are the difference from. */
  readonly low: NumberColumn | undefined;
}

/** A column of normal scores with its transform. */
export interface ScoredSlot extends NumberSlot {
  readonly scores: Scores;
}

/** How many indices a number that is present may have: one for each day of the week, or 0. The next one stands for a missing cell. */
export function presentIndices({ weekdays }: NumberColumn): number {
  return weekdays ? 7 : 1;
}

/** A column of indices in an encoded table. */
export interface CategorySlot {
  /** How many indices there are. */
  readonly size: number;
  /** The column that the index stands for, or those of a combination; for a column of numbers see {@link presentIndices}. */
  readonly columns: readonly (CategoryColumn | NumberColumn)[];
  readonly combination?: Combination | undefined;
}

/** Where the columns of a table are in its encoding: first the scores of numbers, then the indices of categories. */
export interface TableLayout {
  readonly numbers: readonly NumberSlot[];
  readonly categories: readonly CategorySlot[];
}

/** The layout of a description's encoding. */
export function layoutOf({ columns, combinations, orders }: TableDescription): TableLayout {
  const numbers: NumberSlot[] = [];
  const categories: CategorySlot[] = [];
  const byName = new Map(columns.map((column) => [column.name, column]));
  const byHigh = new Map(orders.map((order) => [order.high, order]));
  const combined = new Map(combinations.flatMap((one) => one.columns.map((name) => [name, one])));
  for (const column of columns) {
    if (isNumeric(column)) {
      const order = byHigh.get(column.name);
      numbers.push({ column, order, low: order && (byName.get(order.low) as NumberColumn) });
      const size = presentIndices(column) + Number(column.missing > 0);
      if (size > 1) categories.push({ size, columns: [column] });
      continue;
    }
    const combination = combined.get(column.name);
    if (combination === undefined) {
      categories.push({ size: column.categories.length + Number(column.missing > 0), columns: [column] });
    } else if (combination.columns[0] === column.name) {
      const parts = combination.columns.map((name) => byName.get(name)!);
      categories.push({ size: combination.rows.length, columns: parts, combination });
    }
  }
  return { numbers, categories };
}

/** Columns of normal scores with their transforms, which a model without rows does not need. */
export function scoredSlots({ numbers }: TableLayout, { rows }: TableDescription): ScoredSlot[] {
  return numbers.map((slot) => ({ ...slot, scores: scoresOf(slot.order?.difference ?? slot.column, rows) }));
}
