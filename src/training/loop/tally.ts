import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Metrics, Trainer } from '../trainer/trainer.js';

/** Updates whose metrics wait on the device before they are read: few reads, and no queue of work without an end. */
const READ_EVERY = 64;

/** Collects the metrics of updates and gives their means. */
export interface Tally<N extends string> {
  /** Takes metrics over and disposes them, after `use` has seen them. `weight` is 1 by default. */
  add(metrics: Metrics<N>, use?: () => Promise<void>, weight?: number): Promise<void>;
  /** Updates since the last read. */
  readonly count: number;
  /** The weighted means of the finite values since the last read, and the updates left out. */
  read(): Promise<{ metrics: Record<N, number>; skipped: number; updates: number }>;
  dispose(): void;
}

/** Makes the tally of a trainer's metrics; what the trainer has skipped before does not count. */
export async function createTally<N extends string>(trainer: Pick<Trainer<N>, 'skipped'>): Promise<Tally<N>> {
  let names: N[] = [];
  let waiting: { values: Tensor; weight: number }[] = [];
  let sums: { value: number; weight: number }[] = [];
  let count = 0;

  const skippedSoFar = async (): Promise<number> => {
    const counts = await Promise.all((trainer.skipped ?? []).map((variable) => variable.data()));
    return counts.reduce((sum, [n]) => sum + n!, 0);
  };

  let skippedBefore = await skippedSoFar();

  const fetch = async (): Promise<void> => {
    if (waiting.length === 0) return;
    const [taken, all] = [waiting, tf.tidy(() => tf.stack(waiting.map(({ values }) => values)))];
    waiting = [];
    try {
      const data = await all.data();
      taken.forEach(({ weight }, row) => {
        names.forEach((_, column) => {
          const value = data[row * names.length + column]!;
          const sum = sums[column]!;
          if (Number.isFinite(value)) sums[column] = { value: sum.value + weight * value, weight: sum.weight + weight };
        });
      });
    } finally {
      tf.dispose([all, ...taken.map(({ values }) => values)]);
    }
  };

  const clear = (): void => {
    sums = names.map(() => ({ value: 0, weight: 0 }));
    count = 0;
  };

  return {
    get count() {
      return count;
    },
    async add(metrics, use, weight = 1) {
      try {
        if (names.length === 0) {
          names = Object.keys(metrics) as N[];
          clear();
        }
        const values = tf.tidy(() => tf.stack(names.map((name) => tf.reshape(metrics[name], []))));
        waiting.push({ values, weight });
        count++;
        await use?.();
      } finally {
        tf.dispose({ ...metrics });
      }
      if (waiting.length >= READ_EVERY) await fetch();
    },
    async read() {
      await fetch();
      const skipped = await skippedSoFar();
      const since = skipped - skippedBefore;
      skippedBefore = skipped;
      const metrics = Object.fromEntries(
        names.map((name, i) => [name, sums[i]!.weight === 0 ? NaN : sums[i]!.value / sums[i]!.weight]),
      ) as Record<N, number>;
      const updates = count;
      clear();
      return { metrics, skipped: since, updates };
    },
    dispose: () => tf.dispose(waiting.map(({ values }) => values)),
  };
}
