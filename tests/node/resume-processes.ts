import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { bundleOf } from '../support/bundle.js';

/** What a process should do with its runs. */
export interface Part {
  readonly threads: number;
  readonly names: readonly string[];
  readonly steps: number;
  /** A folder with a file of each run, from which they go on. */
  readonly from?: string | undefined;
  /** A folder in which a file of each is saved. */
  readonly to?: string | undefined;
}

/** What a process says in the end. */
export interface PartReport {
  readonly threads: number;
  /** Calls of kernels in which both threads had a part. */
  readonly shared: number;
  /** By the names of the runs. */
  readonly hashes: Readonly<Record<string, string>>;
}

const program = bundleOf('tests/node/programs/resume-part.ts');

async function play(part: Part): Promise<PartReport> {
  const words = [program, JSON.stringify(part)];
  const { stdout } = await promisify(execFile)(process.execPath, words, { maxBuffer: 2 ** 24 });
  const report = JSON.parse(stdout.trim().split('\n').at(-1)!) as PartReport;
  expect(report.threads).toBe(part.threads);
  // on a busy machine the first thread soon does all by itself
  expect(report.shared > 0, 'two threads have worked').toBe(part.threads === 2);
  expect(Object.keys(report.hashes)).toEqual(part.names);
  return report;
}

/** Threads with which a run was saved, and with which it was resumed. */
export type Threads = readonly [saved: number, resumed: number];

/**
 * Each run makes 2 updates in one process and is saved, makes 3 more in another process, and 5 at once in a third: the second and the
 * third end with the same bits, however many threads each has.
 *
 * @returns how many runs were resumed
 */
export async function resumeInNewProcesses(names: readonly string[], ways: readonly Threads[]): Promise<number> {
  const straight = new Map<number, PartReport['hashes']>();
  for (const threads of new Set(ways.map(([, resumed]) => resumed))) {
    straight.set(threads, (await play({ threads, names, steps: 5 })).hashes);
  }
  for (const [saved, resumed] of ways) {
    const folder = await mkdtemp(join(tmpdir(), 'resumed-'));
    try {
      const first = await play({ threads: saved, names, steps: 2, to: folder });
      const second = await play({ threads: resumed, names, steps: 3, from: folder });
      expect(second.hashes).toEqual(straight.get(resumed));
      // each run differs from the others, and from itself before
      expect(new Set([...Object.values(first.hashes), ...Object.values(second.hashes)]).size).toBe(2 * names.length);
    } finally {
      await rm(folder, { recursive: true });
    }
  }
  expect(new Set([...straight.values()].map((hashes) => JSON.stringify(hashes))).size, 'whatever the threads').toBe(1);
  return names.length * ways.length;
}
