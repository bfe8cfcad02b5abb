/** Numbers from which on work is divided: below it another thread costs more than it brings. */
const WORTH_DIVIDING = 2 ** 15;

/** So many things from the one with this number on. */
export interface Range {
  readonly begin: number;
  readonly count: number;
}

/**
 * Divides things into ranges for `runAll`: two, or one where they are few numbers. It depends on sizes only, so that sums
 * are added up in the same order with any number of threads.
 *
 * @param count - how many things
 * @param size - numbers in each
 */
export function rangesOf(count: number, size = 1): Range[] {
  if (count === 0) return [];
  if (count === 1 || count * size < WORTH_DIVIDING) return [{ begin: 0, count }];
  // four numbers at a time
  const half = size === 1 ? 4 * Math.ceil(count / 8) : Math.ceil(count / 2);
  return [
    { begin: 0, count: half },
    { begin: half, count: count - half },
  ];
}
