import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createImageGenerator } from '../../examples/gan-images/model.js';
import { makeSamples } from '../../examples/gan-images/samples.js';
import { loadClassifier } from '../../examples/shared/classifier.js';
import { classShares } from '../../examples/shared/image-measures.js';
import { createRandom, loadWeights } from '../../src/index.js';
import { loadFile } from '../../src/node/index.js';
import '../setup/wasm.js'; // on cpu the convolutions would take most of this file's time
import { runExample } from './run-example.js';
import { writeTinyData } from './tiny-data.js';

const weights = resolve('examples/gan-images/generator.safetensors');

let folder = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gan-images-'));
  await writeTinyData(join(folder, 'data'));
  writeFileSync(join(folder, 'text'), 'no checkpoint');
});

afterAll(() => rmSync(folder, { recursive: true }));

/** Runs an example in its own folder. */
const example = (name: string, cwd: string, ...words: string[]) => runExample(name, join(folder, cwd), words);

const file = (...path: string[]): Buffer => readFileSync(join(folder, ...path));

function expectPicture(...path: string[]): void {
  const { data, width, height } = PNG.sync.read(file(...path));
  expect(Math.min(width, height)).toBeGreaterThan(300);
  expect(new Set(data).size).toBeGreaterThan(20);
}

describe('gan-images', () => {
  it('trains, draws, saves and reports, and continues from a checkpoint bit for bit', () => {
    const data = ['--data', '../data'];
    const first = example('gan-images', 'run', ...data, '--epochs', '2', '--json', 'report.json', '--weights', 'whole');
    expect(first.stderr).toMatch(/discriminator \d.*generator \d/);
    expect(first.status).toBe(0);
    const out = join('run', 'out', 'gan-images');
    for (const picture of ['epoch-01.png', 'epoch-02.png']) expectPicture(out, picture);
    const json = (name: string) => JSON.parse(file('run', name).toString()) as Record<string, unknown>;
    const { seconds, ...report } = json('report.json');
    expect(seconds).toBeGreaterThan(0);
    expect(report).toMatchObject({ epochs: 2, steps: 20, seed: 1, backend: 'wasm' });
    const { shares, least, most } = report['classes'] as { shares: number[]; least: number; most: number };
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 6);
    expect([least, most]).toEqual([Math.min(...shares), Math.max(...shares)]);
    for (const name of ['frechetDistance', 'kernelDistance', 'precision', 'recall']) {
      expect(report[name]).toEqual(expect.any(Number));
      expect((report['autoencoder'] as Record<string, number>)[name]).toEqual(expect.any(Number));
    }
    expect(Object.keys(report['protocols'] as object)).toHaveLength(4);
    expect(first.stdout).toContain('epoch-02.png');

    const checkpoint = join(folder, out, 'checkpoint-01.safetensors');
    const from = ['--resume', checkpoint, '--seed', '5'];
    const more = example('gan-images', 'run', ...data, ...from, '--json', 'resumed.json', '--weights', 'resumed');
    expect(more.status).toBe(0);
    expect({ ...json('resumed.json'), seconds: 0 }).toEqual({ ...report, seconds: 0 });
    expect(file('run', 'resumed').equals(file('run', 'whole'))).toBe(true);

    const other = example('gan-images', 'other', ...data, '--resume', checkpoint, '--classes');
    expect(other).toMatchObject({ status: 2, stderr: expect.stringMatching(/^--classes .*checkpoint.*\n$/) });

    const drawn = example('gan-samples', 'run', '--weights', 'whole');
    expect(drawn).toMatchObject({ status: 0, stderr: '', stdout: 'out/gan-samples/samples.png\n' });
    expectPicture('run', 'out', 'gan-samples', 'samples.png');
  });

  it('conditions both networks on the class', () => {
    const { status, stderr } = example('gan-images', 'classes', '--data', '../data', '--epochs', '1', '--classes');
    expect({ status, stderr }).toEqual({ status: 0, stderr: expect.stringContaining('generator') });
    expectPicture('classes', 'out', 'gan-images', 'epoch-01.png');
  });

  it.each([
    ['an unknown option', ['--epoch', '3'], /"--epoch"/],
    ['a number that is too small', ['--epochs', '0'], /--epochs must be an integer of at least 1.*0/],
    ['a file that is not a checkpoint', ['--resume', '../text'], /--resume: .*`bytes`/],
    ['weights alone as a checkpoint', ['--resume', weights], /--resume: /],
  ])('answers %s with one line and code 2, and writes nothing', (name, words, line) => {
    const cwd = name.replaceAll(' ', '-');
    const { status, stdout, stderr } = example('gan-images', cwd, ...words);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(line);
    expect(stderr.trimEnd()).not.toContain('\n');
    expect(existsSync(join(folder, cwd, 'out'))).toBe(false);
  });
});

describe('the generator that ships with gan-images', () => {
  it('is small, and makes clothes of all kinds', async () => {
    expect(statSync(weights).size).toBeLessThanOrEqual(600_000);
    const random = createRandom(1);
    const generator = createImageGenerator(false, random);
    await loadWeights(generator, await loadFile(weights));
    const classifier = await loadClassifier();
    const samples = makeSamples(generator, 500, random);
    const { shares } = await classShares(classifier, samples);
    expect(shares.filter((share) => share > 0.02).length).toBeGreaterThanOrEqual(8);
    samples.dispose();
    for (const part of [generator, classifier]) part.dispose();
  });
});
