import { TestRunner, type TaskMeta } from 'vitest';

/** What docs/results/reliability.md counts, in the words of its table. */
export type Counted =
  | 'numbers compared with float64, PyTorch or a closed form'
  | 'first derivatives'
  | 'second derivatives'
  | 'leak checks, also of calls that throw'
  | 'runs that were resumed bit for bit'
  | 'kinds of broken files'
  | 'broken files'
  | 'bad data and bad luck';

declare module 'vitest' {
  interface TaskMeta {
    counts?: Partial<Record<Counted, number>>;
  }
}

/** Adds to the count of the current test; scripts/reliability.ts sums the counts of the tests that passed. */
export function count(what: Counted, number = 1): void {
  const meta: TaskMeta | undefined = TestRunner.getCurrentTest()?.meta;
  if (meta === undefined) throw new Error(`count: no test runs that could have checked ${what}`);
  meta.counts ??= {};
  meta.counts[what] = (meta.counts[what] ?? 0) + number;
}
