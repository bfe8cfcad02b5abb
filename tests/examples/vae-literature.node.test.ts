import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { createRandom, type GaussianEncoder, type LatentPrior, type Part } from 'tfjs-generative';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { splitAndBinarise } from '../../examples/research/vae-literature/data.js';
import { createModel } from '../../examples/research/vae-literature/model.js';
import { cutOff } from '../../examples/research/vae-literature/networks.js';
import { numpyRandom } from '../../examples/research/vae-literature/numpy-random.js';
import { loadImages } from '../../examples/shared/image-data.js';
import '../setup/wasm.js'; // on cpu the 500 encoded images would take half of this file's time
import { runExample } from './run-example.js';
import { writeTinyData } from './tiny-data.js';

let folder = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vae-literature-'));
  await writeTinyData(join(folder, 'data'));
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('the data', () => {
  it('are binarised by the numbers of NumPy', () => {
    const random = numpyRandom(777);
    const bits = Array.from({ length: 40 }, (_, i) => random.binomial(((i * 7919) % 256) / 255));
    // np.random.seed(777); np.random.binomial(1, np.arange(40) * 7919 % 256 / 255), in NumPy 2.2.4
    expect(bits.join('')).toBe('0111000001000010111111101100000111111010');
    // beyond one block of the generator
    for (let i = 40; i < 200_000; i++) bits.push(random.binomial(((i * 7919) % 256) / 255));
    expect(bits.reduce<number>((hash, bit) => (Math.imul(hash, 31) + bit) | 0, 0)).toBe(2106663505);
  });

  it('are split without a shuffle: the last sixth of the training images validates', async () => {
    const { train, validation, test } = splitAndBinarise(await loadImages(join(folder, 'data')));
    expect([train.shape, validation.shape, test.shape]).toEqual([
      [250, 784],
      [50, 784],
      [30, 784],
    ]);
    expect(new Set(validation.data)).toEqual(new Set([0, 1]));
    expect(train.data.includes(255)).toBe(true);
  });
});

it('cuts probabilities off where something is measured, and not in training', async () => {
  const network = { apply: (z: tf.Tensor) => tf.mul(z, 100), variables: [], dispose: () => undefined };
  const of = async (training?: boolean) => {
    const logits = cutOff(network).apply(tf.tensor2d([[-1, 0.05, 1]]), { training });
    const [low, middle, high] = [...(await tf.sigmoid(logits).data())];
    return { low, middle, high, logits: [...(await logits.data())] };
  };
  const measured = await of();
  expect(measured.low! / 1e-5).toBeCloseTo(1, 3);
  expect((1 - measured.high!) / 1e-5).toBeCloseTo(1, 1);
  expect(measured.middle).toBeCloseTo(1 / (1 + Math.exp(-5)), 6);
  expect((await of(true)).logits).toEqual([-100, 5, 100]);
});

it('moves the Gaussians of conv to the latents of images after the warm-up, with the variance that they find there', async () => {
  const { train } = splitAndBinarise(await loadImages(join(folder, 'data')));
  const random = createRandom(1);
  const model = createModel({ row: 'conv', mixture: true, train, steps: 10, rate: 0.002, random });
  const [means, logVariances, logits] = (model.prior as LatentPrior & Part).variables;
  // all but the first two Gaussians are far away, and wide
  const rows = (first: number, others: number) => tf.concat([tf.fill([2, 40], first), tf.fill([498, 40], others)]);
  means!.assign(rows(0, 1000));
  logVariances!.assign(rows(Math.log(0.3), Math.log(2)));
  logits!.assign(tf.linspace(0, 1, 500));
  model.afterWarmUp();

  const images = tf.tensor2d([...train.data.subarray(0, 784)], [1, 784]);
  const { mean } = (model.encoder as GaussianEncoder).encode(tf.div(images, 255));
  const first = [...(await mean.data())];
  const moved = [...(await means!.data())];
  first.forEach((value, i) => expect(moved[i]).toBeCloseTo(value, 4));
  // 250 images: the 251st Gaussian is where the first one is
  expect(moved.slice(250 * 40, 251 * 40)).toEqual(moved.slice(0, 40));
  expect(moved.every((value) => Math.abs(value) < 100)).toBe(true);
  for (const value of await logVariances!.data()) expect(value).toBeCloseTo(Math.log(0.3), 4);
  expect(new Set(await logits!.data())).toEqual(new Set([0]));
  model.dispose();
});

describe('vae-literature', () => {
  const run = (words: string[]) =>
    runExample('vae-literature', join(folder, 'run'), [
      '--data',
      '../data',
      '--images',
      '4',
      '--samples',
      '50',
      ...words,
    ]);
  const report = (name: string) => {
    const text = readFileSync(join(folder, 'run', name), 'utf8');
    return { ...(JSON.parse(text) as Record<string, unknown>), seconds: 0, whole: 0 };
  };

  it('trains two levels with a mixture on top, measures them, and continues from a checkpoint bit for bit', () => {
    const row = ['--row', 'two-levels', '--mixture'];
    const first = run([...row, '--epochs', '2', '--json', 'two.json']);
    expect(first).toMatchObject({ status: 0, stderr: expect.stringMatching(/ELBO -\d/) });
    expect(first.stdout).toMatch(/two-levels-mixture-1: 2471524 numbers, 2 epochs, best epoch [12]/);
    const two = report('two.json');
    const { nll, elbo, gap } = two as unknown as Record<string, number>;
    expect(nll).toBeCloseTo(-(elbo! + gap!), 6);
    expect(gap).toBeGreaterThan(0);
    expect(two).toMatchObject({ images: 4, samples: 50, parameters: 2_471_524 });

    // the last checkpoint is complete, so that only the measures are made again
    const file = 'out/vae-literature/two-levels-mixture-1.safetensors';
    const again = run([...row, '--resume', file, '--json', 'again.json']);
    expect(again.status).toBe(0);
    expect(report('again.json')).toEqual(two);

    const other = run(['--row', 'standard', '--resume', file]);
    expect(other).toMatchObject({ status: 2, stderr: expect.stringMatching(/^--row does not fit --resume.*\n$/) });
    const quicker = run([...row, '--rate', '0.01', '--resume', file]);
    expect(quicker).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^--rate does not fit .*--rate 0.002\.\n$/),
    });
  });

  it.each(['vamp', 'conv'])('trains the row %s', (row) => {
    const { status, stdout } = run(['--row', row, '--epochs', '1']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/-log p\(x\) \d+\.\d+ nats/);
  });
});
