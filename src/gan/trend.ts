/** Means that are kept at most; then each two are made one, and the next are of twice as many reports. */
const MOST_KEPT = 256;
/** How much larger a number must be after a doubling of the updates; one that grows as their square root does is 1.41 times as large. */
const LEAST_GROWTH = 1.5;

/** What a number has been in a run's reports. */
export interface Trend {
  /** Takes the number of a report, and the updates until it. One that is not finite is left out. */
  add(value: number, updates: number): void;
  /** All since some number of updates, the oldest first; never none once there is one. */
  since(updates: number): readonly number[];
  /**
   * By how much a number above 0 has grown in the last doubling of the updates, if it grows without bound: in three doublings at least as a
   * power of their number, and still. What is bounded ceases to grow before that, whatever its scale. Otherwise 1.
   */
  growth(): number;
}

/** The mean of reports up to some number of updates. */
interface Mean {
  readonly end: number;
  readonly value: number;
}

/** Makes a trend without a number. */
export function createTrend(): Trend {
  let kept: Mean[] = [];
  let pending: Mean[] = [];
  let perMean = 1;
  const valuesIn = (from: number, to: number): number[] =>
    kept.filter(({ end }) => end > from && end <= to).map(({ value }) => value);
  // NaN where there was no report, which is not above anything
  const meanIn = (from: number, to: number): number => average(valuesIn(from, to));
  return {
    add: (value, updates) => {
      if (!Number.isFinite(value)) return;
      pending.push({ end: updates, value });
      if (pending.length < perMean) return;
      kept.push(meanOf(pending));
      pending = [];
      if (kept.length < MOST_KEPT) return;
      kept = kept.flatMap((mean, i) => (i % 2 === 0 ? [] : meanOf([kept[i - 1]!, mean])));
      perMean *= 2;
    },
    since: (updates) => {
      const values = valuesIn(updates, Infinity);
      return values.length > 0 ? values : kept.slice(-1).map(({ value }) => value);
    },
    growth: () => {
      const n = kept.at(-1)?.end ?? 0;
      const [first, second, third] = [meanIn(n / 8, n / 4), meanIn(n / 4, n / 2), meanIn(n / 2, n)];
      const goesOn = meanIn(0.75 * n, n) > 1.2 * meanIn(n / 2, 0.75 * n);
      return goesOn && second > LEAST_GROWTH * first && third > LEAST_GROWTH * second ? third / second : 1;
    },
  };
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function meanOf(means: readonly Mean[]): Mean {
  return { end: means.at(-1)!.end, value: average(means.map(({ value }) => value)) };
}
