import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runExample } from './run-example.js';
import { writeTinyData } from './tiny-data.js';

let folder = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vae-priors-'));
  await writeTinyData(join(folder, 'data'));
});

afterAll(() => rmSync(folder, { recursive: true }));

interface Row {
  readonly prior: string;
  readonly nats: number;
  readonly elbo: number;
  readonly kl: number;
  readonly ofPrior: number;
  readonly seconds: number;
}

const run = (words: readonly string[]) =>
  runExample('vae-priors', folder, ['--data', 'data', '--images', '30', '--samples', '20', ...words]);
const rowsOf = (file: string): Row[] =>
  (JSON.parse(readFileSync(join(folder, file), 'utf8')) as { rows: Row[] }).rows.map((row) => ({ ...row, seconds: 0 }));

it('trains the same VAE under five priors, measures and draws them, and continues from its checkpoints bit for bit', () => {
  const { status, stdout, stderr } = run(['--epochs', '2', '--json', 'two.json']);
  expect(status, stderr).toBe(0);
  const rows = rowsOf('two.json');
  expect(rows.map(({ prior }) => prior)).toEqual(['standard', 'mixture', 'vamp', 'flow', 'hierarchical']);
  for (const { prior, nats, elbo } of rows) {
    expect(stdout).toContain(`| ${prior} | ${nats.toFixed(2)} |`);
    expect(nats).toBeGreaterThan(elbo);
  }
  // 40 components of 2 means, 2 log-variances and a weight; 40 pictures; a network from 1 to 2 numbers
  expect(rows[0]!.ofPrior).toBe(0);
  expect(rows[1]!.ofPrior).toBe(40 * 5);
  expect(rows[2]!.ofPrior).toBe(40 * 784);
  expect(rows[4]!.ofPrior).toBe(32 * 2 + 33 * 32 + 33 * 2);
  // three panels of 168 pixels in each of five columns
  const { width, height } = PNG.sync.read(readFileSync(join(folder, 'out/vae-priors/priors.png')));
  expect(width / height).toBeCloseTo(5 / 3, 1);

  // the checkpoints are complete, so that only the measures are made again
  const again = run(['--resume', 'out/vae-priors', '--json', 'again.json']);
  expect(again.status, again.stderr).toBe(0);
  expect(rowsOf('again.json')).toEqual(rows);
});
