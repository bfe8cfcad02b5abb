import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { free, readNumbers } from '../tensor/lost-backend.js';
import type { ReportContext } from '../training/observer.js';
import { checkMetrics, inOneRow, type Metrics, type Trainer } from '../training/trainer/trainer.js';

/** Number of batches whose metrics wait on the device before they are read: reads are few, and the queue of work is bounded. */
const READ_EVERY = 64;

/** Collects the metrics of batches and computes their means. */
export interface Tally<N extends string> {
  /** Takes ownership of metrics, and disposes them. `weight` is 1 by default. */
  add(metrics: Metrics<N>, weight?: number): Promise<void>;
  /** Number of batches since the last read. */
  readonly count: number;
  /** Reads the waiting metrics from the device. */
  fetch(): Promise<void>;
  /** The result since the last read. */
  read(): Promise<Tallied<N>>;
  dispose(): void;
}

/** The result of a {@link Tally}. */
export type Tallied<N extends string> = ReportContext['counts'] & {
  /** The weighted means of the finite values; NaN if there are none. */
  readonly metrics: Record<N, number>;
  /** Number of skipped updates. */
  readonly skipped: number;
};

/** Sums the metrics of batches; `skippedSoFar` is the number of skipped updates before the first of them. */
function createSums(keepsNotFinite: boolean, skippedSoFar: number) {
  const zeros = () => ({ skipped: 0, skippedBatches: 0, firstSkipped: 0, notFinite: 0, batches: 0 });
  let [sums, counts]: [{ value: number; weight: number }[], ReturnType<typeof zeros>] = [[], zeros()];
  return {
    batches: () => counts.batches,
    add: (values: readonly number[], skippedNow: number, weight: number): void => {
      counts.batches++;
      if (!values.every(Number.isFinite)) counts.notFinite++;
      values.forEach((value, column) => {
        if (!keepsNotFinite && !Number.isFinite(value)) return;
        const sum = (sums[column] ??= { value: 0, weight: 0 });
        sum.value += weight * value;
        sum.weight += weight;
      });
      if (skippedNow > skippedSoFar) {
        counts.firstSkipped ||= counts.batches;
        counts.skippedBatches++;
      }
      counts.skipped += skippedNow - skippedSoFar;
      skippedSoFar = skippedNow;
    },
    /** The means by these names, and the counts; starts over. */
    take: <N extends string>(names: readonly N[]): Tallied<N> => {
      const means = names.map((name, i) => {
        const mean = sums[i] ? sums[i].value / sums[i].weight : NaN;
        // a mean that overflows has no number either
        return [name, Number.isFinite(mean) ? mean : NaN] as const;
      });
      const result = { ...counts, metrics: Object.fromEntries(means) as Record<N, number> };
      [sums, counts] = [[], zeros()];
      return result;
    },
  };
}

/** Options of {@link createTally}. */
interface TallyOptions<N extends string> {
  /** Whether a single value that is not finite makes the mean NaN. */
  readonly keepsNotFinite?: boolean | undefined;
  /** Called with each batch's metrics, which are then read at once. */
  readonly onMetrics?: ((metrics: Readonly<Record<N, number>>) => Promise<void>) | undefined;
}

/** Makes the tally of a trainer's metrics; updates that were skipped before do not count. */
export async function createTally<N extends string>(
  trainer: Pick<Trainer<N>, 'skipped'>,
  { keepsNotFinite = false, onMetrics }: TallyOptions<N> = {},
): Promise<Tally<N>> {
  let names: N[] = [];
  let waiting: { values: Tensor; weight: number }[] = [];
  const readEvery = onMetrics === undefined ? READ_EVERY : 1;
  const counters = Object.values(trainer.skipped ?? {});
  const before = await readNumbers('train', counters);
  const sums = createSums(keepsNotFinite, sumOf(before.map(([n]) => n!)));

  const fetch = async (): Promise<void> => {
    if (waiting.length === 0) return;
    const [batches, all] = [waiting, tf.tidy(() => tf.stack(waiting.map(({ values }) => values)))];
    waiting = [];
    try {
      const [data] = await readNumbers('train', [all]);
      const numbers = Array.from(data!);
      const width = names.length + counters.length;
      for (const [i, { weight }] of batches.entries()) {
        const row = numbers.slice(i * width, (i + 1) * width);
        sums.add(row.slice(0, names.length), sumOf(row.slice(names.length)), weight);
        const named = names.map((name, column) => [name, row[column]!] as const);
        await onMetrics?.(Object.fromEntries(named) as Record<N, number>);
      }
    } finally {
      free([all, ...batches.map(({ values }) => values)]);
    }
  };

  return {
    get count() {
      return sums.batches() + waiting.length;
    },
    async add(metrics, weight = 1) {
      try {
        if (names.length === 0) names = Object.keys(metrics ?? {}) as N[];
        checkMetrics('train', metrics, names);
        const values = tf.tidy(() => inOneRow([...names.map((name) => metrics[name]), ...counters]));
        waiting.push({ values, weight });
        // read before anybody can save the run
        if (waiting.length >= readEvery) await fetch();
      } finally {
        tf.dispose({ ...metrics });
      }
    },
    fetch,
    async read() {
      await fetch();
      return sums.take(names);
    },
    dispose: () => free(waiting.map(({ values }) => values)),
  };
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, n) => sum + n, 0);
}
