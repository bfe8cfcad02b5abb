import type { CategoryColumn } from './description.js';
import type { Known } from './read-columns.js';

/**
 * The index of a cell among the categories of a column; a missing cell has the last one, if there is one. Undefined for others, unless a
 * category stands for them.
 */
export function indexOf({ categories, missing, other }: CategoryColumn): (cell: Known) => number | undefined {
  const indices = new Map<Known, number>(categories.map(({ value }, i) => [value, i]));
  if (missing > 0) indices.set(null, categories.length);
  return (cell) =>
    indices.get(cell) ?? (other !== undefined && typeof cell === 'string' ? indices.get(other) : undefined);
}
