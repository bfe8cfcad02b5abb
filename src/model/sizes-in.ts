/** Options whose numbers are values, however large, and not sizes. */
const VALUES = /^(name|maxPeriod|clip|standardDeviation|commitment)$/;

/** What the sizes in a description may add up to, besides as much as the file has numbers: for layers without weights. */
const FREE = 2 ** 20;

/**
 * Whether sizes, counts and lengths in the options of a file's layers, which add up to `sum`, are too large for this many numbers in the file.
 * A layer with weights has at least as many of them as its sizes add up to.
 */
export function areTooLarge(sum: number, numbers: number): boolean {
  return !(sum <= FREE + numbers);
}

/** The sum of the sizes, counts and lengths in options, also if they are written as texts. */
export function sizesIn(options: object): number {
  return Object.entries(options)
    .filter(([name]) => !VALUES.test(name))
    .reduce((sum, [, value]) => sum + sizesOf(value), 0);
}

function sizesOf(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + sizesOf(one), 0);
  return value !== null && typeof value === 'object' ? 0 : Math.abs(Number(value)) || 0;
}
