import { expect, test } from 'vitest';
import { wideFamilyRuns } from '../contract/families.js';
import { resumeInNewProcesses } from './resume-processes.js';

test(
  'all runs go on in new processes bit for bit, saved and resumed by one thread, by two, and by one and then two',
  { timeout: 3_600_000 },
  async () => {
    const ways = [
      [1, 1],
      [2, 2],
      [1, 2],
    ] as const;
    const names = wideFamilyRuns.map(({ name }) => name);
    expect(await resumeInNewProcesses(names, ways)).toBe(108);
  },
);
