import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Measured } from '../../examples/research/families/clothes/measures.js';
import type { Row } from '../../examples/research/families/comparison.js';
import type { Measured as MeasuredEmoji } from '../../examples/research/families/emoji/emoji.js';
import { interruptExample, runExample } from './run-example.js';
import { writeTinyData } from './tiny-data.js';
import { writeTinyPictures } from './tiny-pictures.js';

let folder = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'families-'));
  await writeTinyData(join(folder, 'data'), 300, 12);
  writeTinyPictures(join(folder, 'pictures'), 20);
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('families', () => {
  it('trains each family for the time, compares them in a table, and continues a run that was interrupted', async () => {
    const words = ['--data', 'data', '--minutes', '0.01', '--json', 'report.json', '--samples', '20'];
    const trained = join('out', 'families', 'VAE-1.safetensors');
    expect(await interruptExample('families', folder, words, trained)).toBe('SIGKILL');
    expect(existsSync(join(folder, 'report.json'))).toBe(false);
    const { status, stdout, stderr } = runExample('families', folder, [...words, '--resume', 'out/families']);
    expect(status, stderr).toBe(0);
    const rowsOf = (file: string) =>
      (JSON.parse(readFileSync(join(folder, file), 'utf8')) as { rows: Row<Measured>[] }).rows;
    const rows = rowsOf('report.json');
    const names = ['data', 'VAE', 'VAE of codes', 'GAN', ...[5, 10, 20].map((calls) => `diffusion, ${calls} calls`)];
    expect(rows.map(({ name }) => name)).toEqual(names);
    for (const name of names) expect(stdout).toContain(`| ${name} `);
    const [data, vae, codes, gan, ...diffusion] = rows;
    for (const model of [vae!, codes!, gan!, diffusion[0]!]) {
      // aimed at 0.6 seconds, by a measurement of fewer updates on a machine that does other work
      expect(model.trainingSeconds).toBeGreaterThan(0.05);
      expect(model.millisecondsPerImage).toBeGreaterThan(0);
    }
    expect(data!.frechetDistance).toBeLessThan(gan!.frechetDistance);
    expect(data!.autoencoder.frechetDistance).toBeLessThan(gan!.autoencoder.frechetDistance);
    expect(gan!.bound).toBeUndefined();
    for (const { bound, elbo } of [vae!, codes!, ...diffusion]) {
      expect(bound!.nats).toBeLessThan(0);
      expect(bound!.nats).toBeGreaterThanOrEqual(elbo!.nats);
    }
    const sizes = [vae!, codes!, gan!, diffusion[0]!].map(({ parameters }) => parameters!);
    expect(Math.max(...sizes)).toBeLessThan(1.1 * Math.min(...sizes));
    expect(data!.duplicates).toBeUndefined();
    const { width, height } = PNG.sync.read(readFileSync(join(folder, 'out/families/families-1.png')));
    expect(width).toBeGreaterThan(height);
  });

  it('compares them on colour pictures, with the number of updates of each', () => {
    const updates = ['--vae', '2', '--gan', '2', '--diffusion', '2'];
    const words = ['--set', 'emoji', '--data', 'pictures', ...updates, '--json', 'colour.json'];
    const { status, stdout, stderr } = runExample('families', folder, words);
    expect(status, stderr).toBe(0);
    const { rows } = JSON.parse(readFileSync(join(folder, 'colour.json'), 'utf8')) as { rows: Row<MeasuredEmoji>[] };
    expect(rows.map(({ steps }) => steps)).toEqual([undefined, 2, 2, ...rows.slice(3).map(() => 2)]);
    for (const { name } of rows) expect(stdout).toContain(`| ${name} `);
    const [data, vae, gan, diffusion] = rows;
    for (const { frechetDistance } of [vae!, gan!, diffusion!]) {
      expect(frechetDistance).toBeGreaterThan(data!.frechetDistance);
    }
    expect(gan!.bound).toBeUndefined();
    for (const { elbo } of [vae!, diffusion!]) expect(elbo!.nats).toBeLessThan(0);
    expect(existsSync(join(folder, 'out/families-emoji/families-1.png'))).toBe(true);
  });
});
