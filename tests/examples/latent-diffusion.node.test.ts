import * as tf from '@tensorflow/tfjs-core';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeLatents } from '../../examples/latent-diffusion/model.js';
import { oneClassPerColumn } from '../../examples/latent-diffusion/samples.js';
import { readCheckpoints, readPlan } from '../../examples/latent-diffusion/plan.js';
import { createRandom, type GaussianEncoder } from '../../src/index.js';
import { checkNoLeaks } from '../../src/testing/index.js';
import { expectClose, read } from '../support/close.js';
import { interruptExample, runExample } from './run-example.js';
import { writeTinyData } from './tiny-data.js';

const weights = resolve('examples/gan-images/generator.safetensors');
const OUT = 'out/latent-diffusion';

let folder = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'latent-diffusion-'));
  await writeTinyData(join(folder, 'data'));
  writeFileSync(join(folder, 'vae.safetensors'), readFileSync(weights));
});

afterAll(() => rmSync(folder, { recursive: true }));

const example = (cwd: string, ...words: string[]) => runExample('latent-diffusion', join(folder, cwd), words);
const file = (...path: string[]): Buffer => readFileSync(join(folder, ...path));
const json = (...path: string[]) => JSON.parse(file(...path).toString()) as Record<string, unknown>;

describe('the latents of latent-diffusion', () => {
  const count = 4_000;
  const shape = [count, 28, 28, 1] as const;
  const images = {
    images: { data: Uint8Array.from({ length: count * 784 }, (_, i) => 25 * (Math.floor(i / 784) % 10)), shape },
    labels: { data: Int32Array.from({ length: count }, (_, i) => i % 10), shape: [count] as const },
  };
  /** The first of two latents says the label, which each pixel of an image shows; the second is almost all noise. */
  const encoder = {
    encode: (x: tf.Tensor) =>
      tf.tidy(() => {
        const label = tf.mul(255 / 25, tf.slice(tf.reshape(x, [-1, 784]), [0, 0], [-1, 1]));
        const mean = tf.concat([tf.add(tf.mul(2, label), 3), tf.mul(0.1, label)], 1);
        return { mean, logVariance: tf.add(tf.zerosLike(mean), tf.tensor1d([-4, 2])) };
      }),
  } as Pick<GaussianEncoder, 'encode'> as GaussianEncoder;

  it('have zero mean and unit variance, and are drawn again in each epoch', async () => {
    await checkNoLeaks(async () => {
      const latents = await encodeLatents(encoder, images);
      const source = latents.source(count, createRandom(1));
      const seconds: number[][] = [];
      for (let epoch = 0; epoch < 2; epoch++) {
        for await (const { x, condition } of source) {
          const { mean, variance } = tf.moments(x, 0);
          // four standard errors
          await expectClose(mean, [0, 0], { absolute: 0.064 });
          await expectClose(variance, [1, 1], { absolute: 0.09 });
          seconds.push((await read(x)).filter((_, i) => i % 2 === 1).sort((a, b) => a - b));
          tf.dispose([x, condition, mean, variance]);
        }
      }
      expect(seconds[1]).not.toEqual(seconds[0]);
      latents.dispose();
    });
  });

  it('come back from standardised numbers, with the labels of their images', async () => {
    const latents = await encodeLatents(encoder, images);
    const z = tf.tensor2d([3, -1, 20, 8], [2, 2]);
    await expectClose(latents.restore(latents.standardise(z)), z);
    for await (const { x, condition } of latents.source(count, createRandom(2))) {
      const firsts = (await read(latents.restore(x))).filter((_, i) => i % 2 === 0);
      await expectClose(
        firsts.map((first) => (first - 3) / 2),
        await read(condition),
        { absolute: 0.4 },
      );
    }
  });
});

describe('the example latent-diffusion', () => {
  it('trains, draws, measures and reports, and an interrupted run continues', async () => {
    const words = ['--data', '../data', '--epochs', '2', '--steps', '20', '--json', 'report.json'];
    const resumed = ['--data', '../data', '--resume', OUT, '--seed', '5', '--json', 'report.json'];
    const interrupt = (model: string, line: readonly string[]) =>
      interruptExample('latent-diffusion', join(folder, 'cut'), line, `${OUT}/${model}.safetensors`);
    expect(await interrupt('vae', words)).toBe('SIGKILL');
    expect(await interrupt('denoiser', resumed)).toBe('SIGKILL');
    expect(existsSync(join(folder, 'cut', 'report.json'))).toBe(false);
    const last = example('cut', ...resumed);
    expect(last.status, last.stderr).toBe(0);
    expect(last.stderr).toMatch(/diffusion .*loss \d/);
    expect(last.stderr, 'what is done is not done again').not.toMatch(/VAE (10|50)%|diffusion 10%/);
    expect(last.stdout).toMatch(
      /latents from the prior \| classifier \| \d[^]*from diffusion \| autoencoder \| \d[^]*guidance 1.5 \|[^]*reconstructions.* \| \d/,
    );
    const { seconds, ...report } = json('cut', 'report.json');
    expect(seconds).toBeGreaterThan(0);
    expect(report).toMatchObject({ epochs: 2, steps: 20, seed: 1, backend: 'wasm' });
    for (const set of ['prior', 'latentDiffusion', 'guided', 'reconstructions']) {
      for (const name of ['frechetDistance', 'kernelDistance', 'precision', 'recall']) {
        expect(report[set]).toHaveProperty(name, expect.any(Number));
      }
    }
    const { data, width, height } = PNG.sync.read(file('cut', OUT, 'samples.png'));
    expect([width, height]).toEqual([2 * (10 * 28 + 9 * 2), 2 * (3 * (3 * 28 + 2 * 2) + 2 * 10)]);
    expect(new Set(data).size, 'shades').toBeGreaterThan(20);

    const saved = await readCheckpoints(join(folder, 'cut', OUT));
    const changed = { epochs: undefined, steps: undefined, seed: 5 };
    expect(readPlan(saved, changed)).toMatchObject({ epochs: 2, done: 2, steps: 20, updates: 20, seed: 1 });
    expect(readPlan(saved, { ...changed, epochs: 3 }), 'new latents').toMatchObject({ done: 2, updates: 0 });
    expect(() => readPlan(saved, { ...changed, steps: 19 })).toThrow(/^--steps 19 .*already at update 20/);
  });

  it('draws the pictures of one class below each other', async () => {
    const labels = Int32Array.of(1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    const drawn = await read(oneClassPerColumn(tf.range(0, 11), labels));
    expect(drawn.map((i) => labels[i])).toEqual(Array.from({ length: 30 }, (_, i) => i % 10));
    expect([drawn[1], drawn[11], drawn[21]]).toEqual([0, 2, 0]);
    expect(await read(oneClassPerColumn(tf.range(0, 2), Int32Array.of(3, 3))), 'classes without images').toHaveLength(
      30,
    );
  });

  it.each([
    ['a folder without checkpoints', ['--resume', '.'], /^--resume \.\/vae\.safetensors: /],
    ['a checkpoint of something else', ['--resume', '..'], /^--resume: .*checkpoint/],
  ])('answers %s with one line and code 2, and writes nothing', (name, words, line) => {
    const cwd = name.replaceAll(' ', '-');
    const { status, stdout, stderr } = example(cwd, ...words);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(line);
    expect(stderr.trimEnd()).not.toContain('\n');
    expect(existsSync(join(folder, cwd, 'out'))).toBe(false);
  });
});
