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

/** With this many images for each job, some jobs may have one more than others. */
const MANY_IMAGES = 4;

/** Images whose rows are divided, and the fewest rows that are worth a job. */
export interface Rows {
  readonly images: number;
  readonly ofImage: number;
  readonly least: number;
}

/**
 * Divides rows, counted over all images, among threads, into more jobs than threads, so that an interrupted thread delays only its own
 * job. Images stay whole if that leaves no thread idle.
 */
export function shareRows(threads: number, { images, ofImage, least }: Rows): readonly Range[] {
  const jobs = roundUp(IMAGE_JOBS, threads);
  if (images % jobs === 0 || images >= MANY_IMAGES * jobs) return inRows(evenly(images, jobs), ofImage);
  const rows = images * ofImage;
  const rounds = Math.floor(Math.min(jobs, rows / least) / threads);
  return evenly(rows, Math.min(rows, threads * Math.max(1, rounds)));
}

/** Halves rows over which numbers are summed. The choice depends only on sizes, so sums are bit-identical for any number of threads. */
export function halveRows({ images, ofImage, least }: Rows): readonly Range[] {
  const isByImage = images % 2 === 0 || images >= 4 * MANY_IMAGES || images * ofImage < 2 * least;
  return isByImage ? inRows(split(images, 2), ofImage) : split(images * ofImage, 2);
}

/** Ranges that differ by one at most. */
function evenly(length: number, parts: number): readonly Range[] {
  const startOffset = (part: number): number => Math.ceil((part * length) / parts);
  return Array.from({ length: parts }, (_, i) => ({
    begin: startOffset(i),
    count: startOffset(i + 1) - startOffset(i),
  }));
}

function inRows(ranges: readonly Range[], ofImage: number): readonly Range[] {
  return ranges.map(({ begin, count }) => ({ begin: begin * ofImage, count: count * ofImage }));
}
