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
