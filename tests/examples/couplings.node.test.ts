import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runExample } from './run-example.js';

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'couplings-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

it('trains flows from one set to another with both couplings, and measures samples of each number of steps', () => {
  const words = '--task moons-to-ring --updates 150 --samples 20 --json report.json'.split(' ');
  const { status, stdout, stderr } = runExample('couplings', folder, words);
  expect(status, stderr).toBe(0);
  const report = JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')) as Record<string, number[]>;
  const { steps, independent, coupled } = report as Record<'steps' | 'independent' | 'coupled', number[]>;
  for (const count of steps) expect(stdout).toContain(`| ${count} |`);
  // even after a short training, one step along straight paths ends nearer to the data
  expect(coupled[0]!).toBeLessThan(independent[0]! / 2);
});
