import * as tf from '@tensorflow/tfjs-core';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createImageDenoiser } from '../../examples/diffusion-images/model.js';
import { drawPictures, callsOf, makeSamples, type Way } from '../../examples/diffusion-images/samples.js';
import { loadClassifier } from '../../examples/shared/classifier.js';
import { loadClothes } from '../../examples/shared/image-data.js';
import { classShares } from '../../examples/shared/image-measures.js';
import {
  cosineSchedule,
  createDenoiser,
  createRandom,
  loadWeights,
  predictVelocity,
  sampleDdim,
  withPredict,
} from '../../src/index.js';
import { loadFile } from '../../src/node/index.js';
import '../setup/wasm.js'; // on cpu the convolutions would take most of this file's time
import { runExample } from './run-example.js';
import { writeTinyData } from './tiny-data.js';

const weights = resolve('examples/diffusion-images/denoiser.safetensors');

let folder = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'diffusion-images-'));
  await writeTinyData(join(folder, 'data'), 120, 12);
});

afterAll(() => rmSync(folder, { recursive: true }));

/** Runs an example in its own folder. */
const example = (name: string, cwd: string, ...words: string[]) => runExample(name, join(folder, cwd), words);

const file = (...path: string[]): Buffer => readFileSync(join(folder, ...path));

function expectPicture(png: Uint8Array): void {
  const { data, width, height } = PNG.sync.read(Buffer.from(png));
  expect(Math.min(width, height)).toBeGreaterThan(150);
  expect(new Set(data).size).toBeGreaterThan(20);
}

describe('diffusion-images', () => {
  it('trains, draws, saves and reports, and continues from a checkpoint bit for bit', () => {
    const data = ['--data', '../data'];
    const words = [...data, '--epochs', '2', '--no-pictures', '--json', 'report.json', '--weights', 'whole'];
    const first = example('diffusion-images', 'run', ...words);
    expect(first.stderr).toMatch(/loss \d/);
    expect(first.status).toBe(0);
    const out = join('run', 'out', 'diffusion-images');
    for (const name of ['epoch-01', 'epoch-02']) expectPicture(file(out, `${name}.png`));
    const json = (name: string) => JSON.parse(file('run', name).toString()) as Record<string, unknown>;
    const { seconds, trainingSeconds, ...report } = json('report.json');
    expect(seconds).toBeGreaterThan(trainingSeconds as number);
    expect(report).toMatchObject({ epochs: 2, steps: 4, seed: 1, backend: 'wasm', target: 'velocity' });
    for (const name of ['frechetDistance', 'kernelDistance', 'precision', 'recall']) {
      expect(report[name]).toEqual(expect.any(Number));
      expect((report['autoencoder'] as Record<string, number>)[name]).toEqual(expect.any(Number));
    }

    const from = ['--resume', join(folder, out, 'checkpoint-01.safetensors'), '--seed', '5', '--no-pictures'];
    const more = example('diffusion-images', 'run', ...data, ...from, '--json', 'resumed.json', '--weights', 'resumed');
    expect(more.status).toBe(0);
    expect({ ...json('resumed.json'), seconds, trainingSeconds }).toEqual({ ...report, seconds, trainingSeconds });
    expect(file('run', 'resumed').equals(file('run', 'whole'))).toBe(true);

    const drawn = example('diffusion-samples', 'run', '--weights', 'whole');
    expect(drawn).toMatchObject({ status: 0, stderr: '', stdout: 'out/diffusion-samples/samples.png\n' });
    expectPicture(file('run', 'out', 'diffusion-samples', 'samples.png'));
  });

  it('measures weights in place of training, in several sets of samples, with the bound of the goal that they were trained for', () => {
    const words = ['--data', '../data', '--no-pictures', '--goal', 'bound', '--bound'];
    const trained = example(
      'diffusion-images',
      'bound',
      ...words,
      '--epochs',
      '1',
      '--weights',
      'bound',
      '--json',
      'a',
    );
    expect(trained.status).toBe(0);
    const given = ['--trained', 'bound', '--draws', '2', '--json', 'b'];
    const measured = example('diffusion-images', 'bound', ...words, ...given);
    expect(measured.status).toBe(0);
    const [a, b] = ['a', 'b'].map((name) => JSON.parse(file('bound', name).toString()) as Record<string, unknown>);
    for (const name of ['frechetDistance', 'autoencoder', 'bound', 'rare']) expect(b![name]).toEqual(a![name]);
    const { classifier, autoencoder } = b!['draws'] as Record<string, { values: number[]; mean: number }>;
    expect(classifier!.values[0]).toBe(a!['frechetDistance']);
    expect(new Set(classifier!.values).size).toBe(2);
    expect(autoencoder!.mean).toBeCloseTo((autoencoder!.values[0]! + autoencoder!.values[1]!) / 2, 6);
    expect(a!['goal']).toBe('bound');
    expect(measured.stdout).toMatch(/bound on log p\(x\) -\d+ .* nats/);
  });

  it('compares ways to sample on held-out training images, and uses no test image', () => {
    const words = ['--epochs', '1', '--no-pictures', '--compare', '--network', 'dit', '--json', 'report.json'];
    const { status, stdout } = example('diffusion-images', 'held-out', '--data', '../data', ...words);
    expect(status).toBe(0);
    const report = JSON.parse(file('held-out', 'report.json').toString()) as Record<string, unknown>;
    expect(report['frechetDistance']).toBeUndefined();
    expect(report['steps']).toBe(2); // 110 of the 120 training images in batches of 64
    const ways = report['ways'] as { samples: number; classifier: object; autoencoder: object; guidance: number }[];
    expect(ways.some(({ guidance }) => guidance === 1)).toBe(true);
    for (const way of ways) {
      expect(way.samples).toBe(10);
      expect(Object.keys(way.classifier)).toEqual(['mean', 'deviation', 'values']);
    }
    expect(stdout).toContain("in the autoencoder's features");

    const out = join(folder, 'held-out', 'out', 'diffusion-images', 'checkpoint-01.safetensors');
    const { status: code, stderr } = example('diffusion-images', 'other', '--data', '../data', '--resume', out);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^--compare does not fit --resume: [^\n]*\n$/)]);
  });

  it('rejects a checkpoint of another example with one line and code 2, and writes nothing', () => {
    const words = ['--resume', resolve('examples/gan-images/generator.safetensors')];
    const { status, stdout, stderr } = example('diffusion-images', 'wrong', ...words);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^--resume: .*\n$/);
    expect(existsSync(join(folder, 'wrong', 'out'))).toBe(false);
  });
});

describe('the pictures of a trained model', () => {
  it('show guidance, inpainting and interpolation', async () => {
    const network = { apply: (x: tf.Tensor) => tf.mul(x, 0.5), variables: [], dispose: () => {} };
    const denoiser = createDenoiser(network, { schedule: cosineSchedule({ steps: 1000 }), predicts: predictVelocity });
    const { test } = await loadClothes(join(folder, 'data'));
    const pictures = await drawPictures({ denoiser, test, random: createRandom(2) });
    expect(Object.keys(pictures)).toEqual(['guidance', 'inpainting', 'interpolation']);
    for (const png of Object.values(pictures)) expectPicture(png);
  });
});

describe('a way to sample', () => {
  it.each([
    ['guided', 1.5],
    ['not guided', 1],
  ])('calls the network as often as it says, %s', async (_, guidance) => {
    const denoiser = createImageDenoiser(createRandom(1));
    let calls = 0;
    const counting = withPredict(denoiser, (...of) => (calls++, denoiser.predict(...of)));
    const way: Way = { sampler: sampleDdim, steps: 3, guidance };
    const samples = await makeSamples(counting, { count: 10, random: createRandom(2), way });
    expect(calls).toBe(callsOf(way));
    samples.dispose();
    denoiser.dispose();
  });
});

describe('the denoiser that ships with diffusion-images', () => {
  it('is small, and makes clothes of the requested class', async () => {
    expect(statSync(weights).size).toBeLessThanOrEqual(1_300_000);
    const denoiser = createImageDenoiser(createRandom(1));
    await loadWeights(denoiser, await loadFile(weights));
    const classifier = await loadClassifier();
    const samples = await makeSamples(denoiser, { count: 100, random: createRandom(2) });
    const { least, most } = await classShares(classifier, samples);
    expect(least).toBeGreaterThan(0.04);
    expect(most).toBeLessThan(0.16);
    samples.dispose();
    for (const part of [denoiser, classifier]) part.dispose();
  });
});
