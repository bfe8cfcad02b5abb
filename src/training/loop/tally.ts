import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { free, readNumbers } from '../../tensor/lost-backend.js';
import { checkMetrics, inOneRow, type Metrics, type Trainer } from '../trainer/trainer.js';

/** Batches whose metrics wait on the device before they are read: few reads, and no queue of work without an end. */
const READ_EVERY = 64;

/** Collects the metrics of batches and gives their means. */
export interface Tally<N extends string> {
  /** Takes metrics over and disposes them, after `use` has seen them. `weight` is 1 by default. */
  add(metrics: Metrics<N>, use?: () => Promise<void>, weight?: number): Promise<void>;
  /** Batches since the last read. */
  readonly count: number;
  /** Reads from the device what waits there. */
  fetch(): Promise<void>;
  /** What has been seen since the last read. */
  read(): Promise<Tallied<N>>;
  dispose(): void;
}

/** What a {@link Tally} has seen. */
export interface Tallied<N extends string> {
  /** The weighted means of the finite values; NaN where there are none. */
  readonly metrics: Record<N, number>;
  /** Updates that were left out. */
  readonly skipped: number;
  /** Batches with an update that was left out; a game makes several updates with each. */
  readonly skippedBatches: number;
  /** Which of the batches was the first to be left out, counted from 1; 0 if none was. */
  readonly firstSkipped: number;
  /** Batches with a metric that is not finite. */
  readonly notFinite: number;
  readonly batches: number;
}

/** Sums of the rows of numbers of batches: their metrics, then how many updates have been left out by then. */
function createSums<N extends string>(names: readonly N[], { keepsNotFinite, skippedBefore }: SumsOptions) {
  const sums = names.map(() => ({ value: 0, weight: 0 }));
  const seen = { skipped: 0, skippedBatches: 0, firstSkipped: 0, notFinite: 0, batches: 0 };
  let skippedSoFar = skippedBefore;
  return {
    add: (row: readonly number[], weight: number): void => {
      seen.batches++;
      const values = row.slice(0, names.length);
      if (!values.every(Number.isFinite)) seen.notFinite++;
      values.forEach((value, column) => {
        const sum = sums[column]!;
        if (!keepsNotFinite && !Number.isFinite(value)) return;
        sum.value += weight * value;
        sum.weight += weight;
      });
      const skipped = sumOf(row.slice(names.length));
      if (skipped > skippedSoFar) {
        seen.firstSkipped ||= seen.batches;
        seen.skippedBatches++;
      }
      seen.skipped += skipped - skippedSoFar;
      skippedSoFar = skipped;
    },
    read: (): Tallied<N> => {
      const means = names.map((name, i) => [name, finiteOrNaN(sums[i]!.value / sums[i]!.weight)] as const);
      return { ...seen, metrics: Object.fromEntries(means) as Record<N, number> };
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
  /** A metric that was not finite once makes its mean NaN. */
  readonly keepsNotFinite?: boolean | undefined;
  /** Takes the names and, in order, the metrics of each batch, once they are read. */
  readonly seen?: ((names: readonly N[], values: readonly number[]) => void) | undefined;
  /** Batches between two reads of the device. */
  readonly readEvery?: number | undefined;
}

/** Makes the tally of a trainer's metrics; what the trainer has skipped before does not count. */
export async function createTally<N extends string>(
  trainer: Pick<Trainer<N>, 'skipped'>,
  { keepsNotFinite = false, seen, readEvery = READ_EVERY }: TallyOptions<N> = {},
): Promise<Tally<N>> {
  let names: N[] = [];
  let waiting: { values: Tensor; weight: number }[] = [];
  let count = 0;
  const counters = trainer.skipped ?? [];
  const before = await readNumbers('train', counters);
  let sums = createSums(names, { keepsNotFinite, skippedBefore: sumOf(before.map(([n]) => n!)) });

  const clear = (): void => {
    sums = createSums(names, { keepsNotFinite, skippedBefore: sums.skippedSoFar() });
    count = 0;
  };

  const fetch = async (): Promise<void> => {
    if (waiting.length === 0) return;
    const [taken, all] = [waiting, tf.tidy(() => tf.stack(waiting.map(({ values }) => values)))];
    waiting = [];
    try {
      const [data] = await readNumbers('train', [all]);
      const numbers = Array.from(data!);
      const width = names.length + counters.length;
      taken.forEach(({ weight }, i) => {
        const row = numbers.slice(i * width, (i + 1) * width);
        sums.add(row, weight);
        seen?.(names, row);
      });
    } finally {
      free([all, ...taken.map(({ values }) => values)]);
    }
  };

  return {
    get count() {
      return count;
    },
    async add(metrics, use, weight = 1) {
      try {
        if (names.length === 0) {
          names = Object.keys(metrics ?? {}) as N[];
          clear();
        }
        checkMetrics('train', metrics, names);
        const values = tf.tidy(() => inOneRow([...names.map((name) => metrics[name]), ...counters]));
        waiting.push({ values, weight });
        count++;
        // before anybody can save the run
        if (waiting.length >= readEvery) await fetch();
        await use?.();
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

/** Of no finite number, or of one that is infinite, there is no mean. */
function finiteOrNaN(value: number): number {
  return Number.isFinite(value) ? value : NaN;
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, n) => sum + n, 0);
}
