import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runExample } from './run-example.js';
import { writeTinyPictures } from './tiny-pictures.js';

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'likelihoods-'));
  writeTinyPictures(join(folder, 'data'), 20);
});

afterAll(() => rmSync(folder, { recursive: true }));

interface Outcome {
  readonly bits?: number;
  readonly kl: number;
  readonly squaredError: number;
}

it('trains a VAE of colour pictures with each likelihood, and converts densities and probabilities to bits', () => {
  const words = ['--set', 'emoji', '--data', 'data', '--epochs', '1', '--json', 'report.json'];
  const { status, stdout, stderr } = runExample('likelihoods', folder, words);
  expect(status, stderr).toBe(0);
  const { outcomes } = JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')) as {
    outcomes: Record<string, Outcome>;
  };
  expect(outcomes).not.toEqual({});
  for (const [name, { bits, squaredError }] of Object.entries(outcomes)) {
    expect(stdout).toContain(`| \`${name}\` |`);
    expect(squaredError).toBeLessThan(1);
    if (name === 'bernoulli') expect(bits).toBeUndefined();
    // a uniform guess needs 8
    else expect(bits).toBeGreaterThan(4);
  }
  // one row of test pictures, two rows for each likelihood
  const { width, height } = PNG.sync.read(readFileSync(join(folder, 'out/likelihoods/likelihoods.png')));
  const rows = 1 + 2 * Object.keys(outcomes).length;
  expect(height / rows).toBeCloseTo(2 * (16 + 2), -1);
  expect(width).toBeGreaterThan(2 * 16);
});
