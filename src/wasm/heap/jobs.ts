/** A part of an axis. */
export interface Range {
  readonly begin: number;
  readonly count: number;
}

/** The smallest multiple of `unit` that is not below `size`. */
export function roundUp(size: number, unit: number): number {
  return Math.ceil(size / unit) * unit;
}

/** Divides an axis into at most `parts` ranges for the jobs of `Heap.runAll`; the first range is the longest. */
export function split(length: number, parts: number, unit = 1): readonly Range[] {
  const step = roundUp(length / parts, unit);
  const ranges: Range[] = [];
  for (let begin = 0; begin < length; begin += step) ranges.push({ begin, count: Math.min(step, length - begin) });
  return ranges;
}

/** Work is divided from this many numbers on: with fewer, a second thread costs more than it saves. */
export const WORTH_DIVIDING = 2 ** 15;

/**
 * Divides an axis along which numbers are summed into two ranges, or keeps it whole if there are few numbers. The choice depends only on
 * sizes, so sums are bit-identical for any number of threads.
 *
 * @param size - how many numbers each position of the axis has; if it is one, ranges begin at multiples of four
 */
export function halve(length: number, size: number): readonly Range[] {
  return split(length, length * size < WORTH_DIVIDING ? 1 : 2, unitOf(size));
}

/**
 * Divides an axis with independent positions among threads: the number of ranges changes no bit.
 *
 * @param size - as for `halve`
 */
export function share(threads: number, length: number, size = 1): readonly Range[] {
  return split(length, shares(threads, length * size, WORTH_DIVIDING), unitOf(size));
}

function unitOf(size: number): number {
  return size === 1 ? 4 : 1;
}

/**
 * How many jobs to make of work that can be divided without changing a bit: one per thread, if there is enough work for all.
 *
 * @param worthDividing - the least amount of work for two jobs
 */
export function shares(threads: number, work: number, worthDividing: number): number {
  return work < worthDividing ? 1 : Math.min(threads, Math.floor((2 * work) / worthDividing));
}

/** Images are divided into at least this many jobs: if a thread is interrupted, the others do the rest. */
const IMAGE_JOBS = 8;

/** Divides images among threads, into more jobs than threads, so that an interrupted thread delays only its own job. */
export function shareImages(threads: number, images: number): readonly Range[] {
  return split(images, roundUp(IMAGE_JOBS, threads));
}
