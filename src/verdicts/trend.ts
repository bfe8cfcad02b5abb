/** The largest number of means kept; then neighbouring means are merged in pairs, and each new mean covers twice as many reports. */
const MAX_KEPT = 256;
/** The smallest factor of growth per doubling of the updates; a number that grows as their square root grows by 1.41. */
const MIN_GROWTH = 1.5;

/** The history of a number in a run's reports. */
export interface Trend {
  /** Adds the number from a report after `updates` updates. A number that is not finite is ignored. */
  add(value: number, updates: number): void;
  /** All means after this number of updates, oldest first; at least the last one, if there is any. */
  since(updates: number): readonly number[];
  /**
   * The factor by which a positive number grew in the last doubling of the updates, if it grows without bound: at least as a
   * power of their number over three doublings, still growing, and above what it was at first, on average and in the median. A bounded number
   * stops growing earlier. Otherwise 1.
   */
  growth(): number;
}

/** The mean of the reports up to some number of updates. */
interface Mean {
  readonly end: number;
  readonly value: number;
}

/** Makes an empty trend. */
export function createTrend(): Trend {
  let kept: Mean[] = [];
  let pending: Mean[] = [];
  let perMean = 1;
  const valuesIn = (from: number, to: number): number[] =>
    kept.filter(({ end }) => end > from && end <= to).map(({ value }) => value);
  const growthOf = (middle: (values: readonly number[]) => number): number => {
    const n = kept.at(-1)?.end ?? 0;
    // NaN where there was no report: every comparison with it is false
    const within = (from: number, to: number): number => middle(valuesIn(from * n, to * n));
    const [first, second, third] = [within(1 / 8, 1 / 4), within(1 / 4, 1 / 2), within(1 / 2, 1)];
    const stillGrows = within(0.75, 1) > 1.2 * within(1 / 2, 0.75) && third > Math.max(...valuesIn(0, n / 8));
    return stillGrows && second > MIN_GROWTH * first && third > MIN_GROWTH * second ? third / second : 1;
  };
  return {
    add: (value, updates) => {
      if (!Number.isFinite(value)) return;
      pending.push({ end: updates, value });
      if (pending.length < perMean) return;
      kept.push(meanOf(pending));
      pending = [];
      if (kept.length < MAX_KEPT) return;
      kept = kept.flatMap((mean, i) => (i % 2 === 0 ? [] : meanOf([kept[i - 1]!, mean])));
      perMean *= 2;
    },
    since: (updates) => {
      const values = valuesIn(updates, Infinity);
      return values.length > 0 ? values : kept.slice(-1).map(({ value }) => value);
    },
    // a single jump changes the average, but not the median
    growth: () => Math.min(growthOf(average), growthOf(median)),
  };
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The median; for an even number of values, the geometric mean of the middle two, which is exact for a power of the updates. */
function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return Math.sqrt(sorted[(sorted.length - 1) >> 1]! * sorted[sorted.length >> 1]!);
}

function meanOf(means: readonly Mean[]): Mean {
  return { end: means.at(-1)!.end, value: average(means.map(({ value }) => value)) };
}
