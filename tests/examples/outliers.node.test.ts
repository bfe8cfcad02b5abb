import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runExample } from './run-example.js';
import { writeTinyData } from './tiny-data.js';

let folder = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'outliers-'));
  await writeTinyData(join(folder, 'data'));
});

afterAll(() => rmSync(folder, { recursive: true }));

interface Row {
  readonly kind: string;
  readonly nats: number;
  readonly auc: number;
  readonly pca: number;
  readonly gaussian: number;
  readonly found: number;
}

it('trains, distinguishes noise from clothes, and continues from its checkpoint bit for bit', () => {
  const run = (words: readonly string[]) =>
    runExample('outliers', folder, ['--data', 'data', '--images', '20', '--samples', '2', ...words]);
  const rowsOf = (file: string): Row[] =>
    (JSON.parse(readFileSync(join(folder, file), 'utf8')) as { rows: Row[] }).rows;
  const { status, stdout, stderr } = run(['--epochs', '6', '--json', 'six.json']);
  expect(status, stderr).toBe(0);
  const rows = rowsOf('six.json');
  for (const { kind } of rows) expect(stdout).toContain(`| ${kind} |`);
  expect([rows[0]!.auc, rows[0]!.pca, rows[0]!.gaussian]).toEqual([0.5, 0.5, 0.5]);
  const noise = rows.find(({ kind }) => kind === 'noise')!;
  expect([noise.auc, noise.pca, noise.gaussian, noise.found]).toEqual([1, 1, 1, 1]);
  const again = run(['--resume', 'out/outliers/1.safetensors', '--json', 'again.json']);
  expect(again.status, again.stderr).toBe(0);
  expect(rowsOf('again.json')).toEqual(rows);
});
