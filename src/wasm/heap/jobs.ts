/** A part of an axis. */
export interface Range {
  readonly begin: number;
  readonly count: number;
}

/** The smallest multiple of `unit` that is not below `size`. */
export function roundUp(size: number, unit: number): number {
  return Math.ceil(size / unit) * unit;
}

/** Divides an axis into at most `parts` ranges, the first of which is the longest, for the jobs of `Heap.runAll`. */
export function split(length: number, parts: number, unit = 1): readonly Range[] {
  const step = roundUp(length / parts, unit);
  const ranges: Range[] = [];
  for (let begin = 0; begin < length; begin += step) ranges.push({ begin, count: Math.min(step, length - begin) });
  return ranges;
}

/** How many numbers it takes to divide work: with fewer, a second thread costs more than it saves. */
export const WORTH_DIVIDING = 2 ** 15;

/**
 * Divides an axis along which numbers are summed into two ranges, or keeps it as one where there are few numbers. That depends
 * only on sizes: sums are bit-identical for any number of threads.
 *
 * @param size - the count of numbers at each place of the axis; if it is one, ranges begin at multiples of four
 */
export function halve(length: number, size: number): readonly Range[] {
  return split(length, length * size < WORTH_DIVIDING ? 1 : 2, unitOf(size));
}

/**
 * Divides an axis whose places have nothing to do with each other among threads: the number of ranges changes no bit.
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
 * How many jobs to make of work that can be divided without changing a bit: one for each thread, if it is enough for all.
 *
 * @param worthDividing - how much work is enough for two jobs
 */
export function shares(threads: number, work: number, worthDividing: number): number {
  return work < worthDividing ? 1 : Math.min(threads, Math.floor((2 * work) / worthDividing));
}

/** Images are divided into this many jobs, or more, for a thread that is interrupted: the others then do the rest. */
const IMAGE_JOBS = 8;

/** Divides images among threads, into a few more jobs, each of which may be the last. */
export function shareImages(threads: number, images: number): readonly Range[] {
  return split(images, roundUp(IMAGE_JOBS, threads));
}
