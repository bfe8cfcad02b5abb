/** A part of an axis. */
export interface Range {
  readonly begin: number;
  readonly count: number;
}

/** The smallest multiple of `unit` that is not below `size`. */
export function roundUp(size: number, unit: number): number {
  return Math.ceil(size / unit) * unit;
}

/**
 * Divides an axis into at most `parts` ranges, the first of which is the longest, for the jobs of `Heap.runAll`. Their number
 * depends only on sizes: sums are bit-identical for any number of threads.
 */
export function split(length: number, parts: number, unit = 1): readonly Range[] {
  const step = roundUp(length / parts, unit);
  const ranges: Range[] = [];
  for (let begin = 0; begin < length; begin += step) ranges.push({ begin, count: Math.min(step, length - begin) });
  return ranges;
}

/** How many numbers it takes to divide work: with fewer, a second thread costs more than it saves. */
const WORTH_DIVIDING = 2 ** 15;

/**
 * Divides an axis into two ranges, or keeps it as one where there are few numbers.
 *
 * @param size - the count of numbers at each place of the axis; if it is one, ranges begin at multiples of four
 */
export function halve(length: number, size = 1): readonly Range[] {
  return split(length, length * size < WORTH_DIVIDING ? 1 : 2, size === 1 ? 4 : 1);
}
