import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Limits of a step's dispatches, and of the tensors that it uploads: the current counts. */
const limits: Readonly<Record<string, readonly [dispatches: number, tensors: number]>> = {
  vae: [39, 6],
  'denoising mlp': [49, 7],
};

it('counts what the steps of two models send to a GPU, by kernel and by program', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dispatches-'));
  const file = join(folder, 'report.json');
  try {
    const words = ['dispatches', '--models', Object.keys(limits).join(), '--rounds', '1', '--json', file];
    execFileSync(process.execPath, ['--import', 'tsx', 'bench/run.ts', ...words], { cwd: root });
    const { rows } = JSON.parse(readFileSync(file, 'utf8')) as { rows: Record<string, string | number>[] };
    const sum = (table: string, column: string): number =>
      rows.reduce((sum, row) => (row['table'] === table ? sum + (row[column] as number) : sum), 0);
    for (const [model, [dispatches, tensors]] of Object.entries(limits)) {
      const step = rows.find((row) => row['a step'] === model)!;
      expect(step['dispatches']).toBeLessThanOrEqual(dispatches);
      expect(step['uploaded tensors']).toBeLessThanOrEqual(tensors);
      // each dispatch belongs to one kernel and one program, and has the uniforms of the step before
      expect(sum(`${model}, by kernel`, 'dispatches')).toBe(step['dispatches']);
      expect(sum('dispatches by program', model)).toBe(step['dispatches']);
      expect(step['uniforms']).toBe(0);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
