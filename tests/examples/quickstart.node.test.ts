import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runExample } from './run-example.js';
import { writeTinyData } from './tiny-data.js';

let folder = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'quickstart-'));
  await writeTinyData(join(folder, 'data'));
  mkdirSync(join(folder, 'broken'));
  writeFileSync(join(folder, 'broken', 'train-images-idx3-ubyte'), 'no IDX file');
  writeFileSync(join(folder, 'text'), 'no checkpoint');
});

afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the quickstart in its own folder. */
const quickstart = (cwd: string, ...words: string[]) => runExample('quickstart', join(folder, cwd), words);

describe('the quickstart', () => {
  it('trains, draws, saves, reports, and continues from its checkpoint', () => {
    const data = ['--data', join(folder, 'data')];
    const first = quickstart('run', ...data, '--epochs', '1', '--latent', '2', '--json', 'first.json');
    expect(first.stderr).toMatch(/ELBO -\d+.*left|took/);
    expect(first.status).toBe(0);
    const out = join(folder, 'run/out/quickstart');
    const pictures = readdirSync(out).filter((name) => name.endsWith('.png'));
    expect(pictures.length).toBeGreaterThanOrEqual(4);
    for (const name of pictures) {
      const { data: pixels, width, height } = PNG.sync.read(readFileSync(join(out, name)));
      expect(Math.min(width, height)).toBeGreaterThan(100);
      expect(new Set(pixels).size).toBeGreaterThan(20);
    }
    const json = (name: string) =>
      JSON.parse(readFileSync(join(folder, 'run', name), 'utf8')) as Record<string, number>;
    const report = json('first.json');
    expect(report).toMatchObject({ epochs: 1, steps: 3, seed: 1, backend: 'wasm' });
    expect(report['elbo']).toBeCloseTo(report['logLikelihood']! - report['kl']!, 1);
    expect(report['seconds']).toBeGreaterThan(0);

    const checkpoint = join(out, 'checkpoint.safetensors');
    const more = quickstart('run', ...data, '--epochs', '2', '--resume', checkpoint, '--json', 'second.json');
    expect(more.status).toBe(0);
    expect(json('second.json')['elbo']).toBeGreaterThan(report['elbo']!);

    const other = quickstart('other', ...data, '--resume', checkpoint, '--latent', '3');
    expect(other).toMatchObject({ status: 2, stderr: expect.stringMatching(/^--latent 3 .*2 latents\.\n$/) as string });
  });

  it.each([
    ['an unknown option', ['--epoch', '3'], /"--epoch"/],
    ['text in place of a number', ['--epochs', 'many'], /--epochs must be an integer.*many/],
    ['a number that is too small', ['--latent', '0'], /--latent must be an integer of at least 1.*0/],
    ['a folder that is not there', ['--data', 'nowhere'], /--data must be a folder.*nowhere/],
    ['a folder with broken files', ['--data', '../broken'], /train-images-idx3-ubyte/],
    ['a checkpoint that is not there', ['--resume', 'nothing.safetensors'], /--resume must be a file.*nothing/],
    ['a file that is not a checkpoint', ['--resume', '../text'], /--resume: .*`bytes`/],
  ])('answers %s with one line and code 2, and writes nothing', (name, words, line) => {
    const cwd = name.replaceAll(' ', '-');
    const { status, stdout, stderr } = quickstart(cwd, ...words);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(line);
    expect(stderr.trimEnd()).not.toContain('\n');
    expect(existsSync(join(folder, cwd, 'out'))).toBe(false);
  });
});
