/** Times operations on wasm in a separate process: tsx bench/operations/measure.ts THREADS PATH; prints milliseconds. */
import { keepLeast, type Minima } from '../report.js';
import { cases, type Case } from './cases.js';
import type { Path } from '../steps/path.js';
import { startWasm } from './kernel-switch.js';

/** An operation's details, and the milliseconds of each implementation by name. */
export interface Measured extends Pick<Case, 'kind' | 'name' | 'operations'> {
  readonly minima: Minima;
}

const ROUNDS = 7;
/** Short operations are repeated until they take this many milliseconds. */
const LEAST = 4;
/** Long operations are not measured in every round: an implementation is skipped after this many milliseconds. */
const ENOUGH = 1200;

const threads = Number(process.argv[2] ?? 1);
const use = await startWasm(threads, process.argv[3] as Path);
const measured: Measured[] = cases().map((one) => {
  const minima: Minima = {};
  const contestants = Object.entries({
    own: { kernels: 'own' as const, run: one.own },
    windows: { kernels: 'own' as const, run: one.windows },
    // tfjs's kernels do not use a second thread
    stock: { kernels: 'stock' as const, run: threads === 1 ? (one.stock ?? one.own) : undefined },
  });
  const repeats: Record<string, number> = {};
  const spent: Record<string, number> = {};
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [name, { kernels, run }] of contestants) {
      if (run === undefined || (spent[name] ?? 0) > ENOUGH) continue;
      use(kernels);
      const count = repeats[name] ?? 1;
      const start = performance.now();
      try {
        for (let i = 0; i < count; i++) run();
      } catch (error) {
        // a kernel that tfjs lacks
        if (kernels === 'own') throw error;
        spent[name] = Infinity;
        continue;
      }
      const taken = performance.now() - start;
      spent[name] = (spent[name] ?? 0) + taken;
      // the first round warms up
      if (round > 0 || taken > ENOUGH) keepLeast(minima, name, taken / count);
      repeats[name] = Math.max(1, Math.ceil((LEAST * count) / taken));
    }
  }
  use('own');
  return { kind: one.kind, name: one.name, operations: one.operations, minima };
});
process.stdout.write(`\n${JSON.stringify(measured)}\n`);
process.exit(0);
