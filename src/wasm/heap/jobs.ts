/** Part of an axis. */
export interface Range {
  readonly begin: number;
  readonly count: number;
}

/** The least multiple of `unit` that is not below `size`. */
export function roundUp(size: number, unit: number): number {
  return Math.ceil(size / unit) * unit;
}

/**
 * An axis in at most `parts` ranges, the first of which is the longest, for the jobs of `Heap.runAll`. How many there are
 * depends on sizes alone: sums come out the same, to the bit, with any number of threads.
 */
export function split(length: number, parts: number, unit = 1): readonly Range[] {
  const step = roundUp(length / parts, unit);
  const ranges: Range[] = [];
  for (let begin = 0; begin < length; begin += step) ranges.push({ begin, count: Math.min(step, length - begin) });
  return ranges;
}

/** Numbers from which on work is divided: below it another thread costs more than it brings. */
const WORTH_DIVIDING = 2 ** 15;

/**
 * An axis in two ranges, or in one where there are few numbers.
 *
 * @param size - numbers at each place of the axis; where it is one, ranges begin at multiples of four
 */
export function halve(length: number, size = 1): readonly Range[] {
  return split(length, length * size < WORTH_DIVIDING ? 1 : 2, size === 1 ? 4 : 1);
}
