import * as tf from '@tensorflow/tfjs-core';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPlan } from '../../examples/vq-images/plan.js';
import { drawSheet } from '../../examples/vq-images/samples.js';
import { loadImages } from '../../examples/shared/image-data.js';
import { interruptExample, runExample } from './run-example.js';
import { writeTinyData } from './tiny-data.js';

const OUT = 'out/vq-images';

let folder = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vq-images-'));
  await writeTinyData(join(folder, 'data'), 64, 20);
});

afterAll(() => rmSync(folder, { recursive: true }));

const example = (cwd: string, ...words: string[]) => runExample('vq-images', join(folder, cwd), words);
const file = (...path: string[]): Buffer => readFileSync(join(folder, ...path));
const json = (...path: string[]) => JSON.parse(file(...path).toString()) as Record<string, unknown>;

describe('the example vq-images', () => {
  it('trains, draws, measures and reports, and an interrupted run continues as if it had not been', async () => {
    const words = ['--data', '../data', '--vae', '3', '--prior', '3', '--calls', '4'];
    const whole = example('whole', ...words, '--json', 'report.json');
    expect(whole.status, whole.stderr).toBe(0);
    expect(await interruptExample('vq-images', join(folder, 'cut'), words, `${OUT}/autoregressive.safetensors`)).toBe(
      'SIGKILL',
    );
    const resumed = ['--data', '../data', '--calls', '4', '--resume', OUT, '--json', 'report.json'];
    const last = example('cut', ...resumed);
    expect(last.status, last.stderr).toBe(0);
    expect(last.stderr, 'what is done is not done again').not.toMatch(/vae \d/);
    expect(last.stdout).toMatch(/of 512 codes used[^]*\| reconstructions [^]*\| autoregressive [^]*\| masked \| \d/);

    const { seconds, ...report } = json('cut', 'report.json');
    const { seconds: wholeSeconds, ...same } = json('whole', 'report.json');
    expect([seconds, wholeSeconds]).toEqual([expect.any(Number), expect.any(Number)]);
    expect(report).toEqual(same);
    expect(report).toMatchObject({ vae: 3, prior: 3, seed: 1, codebook: false, backend: 'wasm', calls: 4 });
    expect(report['nats']).toMatchObject({ uniform: 49 * Math.log(512) });
    const { data, width, height } = PNG.sync.read(file('cut', OUT, 'samples.png'));
    expect([width, height]).toEqual([4 * (5 * 28 + 4 * 2) + 3 * 10, 10 * 28 + 9 * 2]);
    expect(new Set(data).size, 'shades').toBeGreaterThan(20);

    const changed = { vae: undefined, prior: undefined, codebook: true, seed: 5 };
    const path = join(folder, 'cut', OUT);
    const { plan, saved } = await readPlan(path, changed);
    expect(plan).toMatchObject({ vae: 3, prior: 3, seed: 1, codebook: false });
    expect(Object.keys(saved)).toEqual(['vae', 'autoregressive', 'masked']);
    expect(Object.keys((await readPlan(path, { ...changed, vae: 4 })).saved), 'new codes').toEqual(['vae']);
    await expect(readPlan(path, { ...changed, vae: 2 })).rejects.toThrow(/^--vae 2 .*already at update 3/);
  });

  it('learns a codebook on request', () => {
    const { status, stderr } = example(
      'codebook',
      '--codebook',
      ...['--data', '../data', '--vae', '1', '--prior', '1', '--json', 'report.json'],
    );
    expect(status, stderr).toBe(0);
    expect(json('codebook', 'report.json')).toMatchObject({ codebook: true, usage: { codes: 512 } });
  });

  it('draws one class per row', async () => {
    const { test } = await loadImages();
    // the grey value of a sample is its class, and that of a reconstruction the label of its picture
    const greys = (labels: ArrayLike<number>) =>
      tf.mul(
        tf.reshape(tf.tensor1d(Float32Array.from(labels, (label) => label / 10)), [-1, 1, 1, 1]),
        tf.ones([1, 28, 28, 1]),
      );
    const count = 100;
    const samples = greys(Array.from({ length: count }, (_, i) => i % 10));
    const reconstructions = greys(test.labels.data.subarray(0, count));
    const { data, width } = PNG.sync.read(Buffer.from(await drawSheet({ reconstructions, samples }, test)));
    const middleOf = (row: number, column: number): number => data[4 * ((14 + 30 * row) * width + column)]!;
    for (let row = 0; row < 10; row++) {
      for (const column of [158 + 14, 158 + 134, 316 + 14, 316 + 134]) {
        expect(middleOf(row, column)).toBeCloseTo(255 * (1 - row / 10), -1);
      }
    }
  });

  it('answers a folder without checkpoints with one line and code 2, and writes nothing', () => {
    const { status, stdout, stderr } = example('empty', '--resume', '.');
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^--resume \.\/vae\.safetensors: .*\n$/);
    expect(existsSync(join(folder, 'empty', 'out'))).toBe(false);
  });
});
