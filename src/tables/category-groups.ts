import type { TableLayout } from './table-layout.js';

/** Categories of the same size, which are computed together. */
export interface CategoryGroup {
  readonly size: number;
  /** Their places among the categories of the encoding. */
  readonly places: readonly number[];
}

/** The categories of an encoding in groups of the same size. */
export function groupsOf({ categories }: TableLayout): CategoryGroup[] {
  const bySize = new Map<number, number[]>();
  categories.forEach(({ size }, place) => {
    const places = bySize.get(size) ?? [];
    places.push(place);
    bySize.set(size, places);
  });
  return Array.from(bySize, ([size, places]) => ({ size, places }));
}

/** For each number of an encoding, the place of the category that marks it as missing; -1 for none. */
export function flagsOf({ numbers, categories }: TableLayout): number[] {
  const places = new Map(categories.map(({ columns }, place) => [columns[0], place]));
  return numbers.map(({ column }) => places.get(column) ?? -1);
}
