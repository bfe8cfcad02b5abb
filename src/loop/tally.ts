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

/** Sums over the batches; each row has a batch's metrics, and the total number of skipped updates by then. */
function createSums<N extends string>(names: readonly N[], { keepsNotFinite, skippedBefore }: SumsOptions) {
  const sums = names.map(() => ({ value: 0, weight: 0 }));
  const counts = { skipped: 0, skippedBatches: 0, firstSkipped: 0, notFinite: 0, batches: 0 };
  let skippedSoFar = skippedBefore;
  return {
    add: (row: readonly number[], weight: number): void => {
      counts.batches++;
      const values = row.slice(0, names.length);
      if (!values.every(Number.isFinite)) counts.notFinite++;
      values.forEach((value, column) => {
        const sum = sums[column]!;
        if (!keepsNotFinite && !Number.isFinite(value)) return;
        sum.value += weight * value;
        sum.weight += weight;
      });
      const skipped = sumOf(row.slice(names.length));
      if (skipped > skippedSoFar) {
        counts.firstSkipped ||= counts.batches;
        counts.skippedBatches++;
      }
      counts.skipped += skipped - skippedSoFar;
      skippedSoFar = skipped;
    },
    read: (): Tallied<N> => {
      const means = names.map((name, i) => [name, finiteOrNaN(sums[i]!.value / sums[i]!.weight)] as const);
      return { ...counts, metrics: Object.fromEntries(means) as Record<N, number> };
    },
    skippedSoFar: (): number => skippedSoFar,
  };
}

interface SumsOptions {
  readonly keepsNotFinite: boolean;
  readonly skippedBefore: number;
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
  let count = 0;
  const readEvery = onMetrics === undefined ? READ_EVERY : 1;
  const counters = Object.values(trainer.skipped ?? {});
  const before = await readNumbers('train', counters);
  let sums = createSums(names, { keepsNotFinite, skippedBefore: sumOf(before.map(([n]) => n!)) });

  const clear = (): void => {
    sums = createSums(names, { keepsNotFinite, skippedBefore: sums.skippedSoFar() });
    count = 0;
  };

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
        sums.add(row, weight);
        const named = names.map((name, column) => [name, row[column]!] as const);
        await onMetrics?.(Object.fromEntries(named) as Record<N, number>);
      }
    } finally {
      free([all, ...batches.map(({ values }) => values)]);
    }
  };

  return {
    get count() {
      return count;
    },
    async add(metrics, weight = 1) {
      try {
        if (names.length === 0) {
          names = Object.keys(metrics ?? {}) as N[];
          clear();
        }
        checkMetrics('train', metrics, names);
        const values = tf.tidy(() => inOneRow([...names.map((name) => metrics[name]), ...counters]));
        waiting.push({ values, weight });
        count++;
        // read before anybody can save the run
        if (waiting.length >= readEvery) await fetch();
      } finally {
        tf.dispose({ ...metrics });
      }
    },
    fetch,
    async read() {
      await fetch();
      const tallied = sums.read();
      clear();
      return tallied;
    },
    dispose: () => free(waiting.map(({ values }) => values)),
  };
}

/** The mean of no finite value, or a mean that overflows, becomes NaN. */
function finiteOrNaN(value: number): number {
  return Number.isFinite(value) ? value : NaN;
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, n) => sum + n, 0);
}
