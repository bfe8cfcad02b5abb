import { readFileSync, writeFileSync } from 'node:fs';

/** Seconds of each file of tests that takes at least one, by its project. */
export type Durations = Record<string, Record<string, number>>;

const FILE = 'tests/setup/durations.json';

export function recordedDurations(): Durations {
  return JSON.parse(readFileSync(FILE, 'utf8')) as Durations;
}

/** Writes the durations of the projects that have run, and keeps those of others. */
export function recordDurations(measured: Durations): void {
  const all = { ...recordedDurations() };
  for (const [project, files] of Object.entries(measured)) {
    const long = Object.entries(files).filter(([, seconds]) => seconds >= 1);
    all[project] = Object.fromEntries(long.sort(([a], [b]) => (a < b ? -1 : 1)));
  }
  const sorted = Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(FILE, `${JSON.stringify(sorted, undefined, 2)}\n`);
}
