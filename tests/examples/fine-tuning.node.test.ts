import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import '../setup/wasm.js';
import { adapt } from '../../examples/fine-tuning/adapt.js';
import { adapted, kinds, trained } from '../../examples/fine-tuning/kinds.js';
import { outlined, readEmoji, readOutlines } from '../../examples/fine-tuning/pictures.js';
import { createRandom, type Denoiser } from '../../src/index.js';
import { describeModel } from '../../src/model/index.js';
import { runExample } from './run-example.js';
import { writeTinyPictures } from './tiny-pictures.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fine-tuning-'));
  writeTinyPictures(join(folder, 'pictures'), 3);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('fine-tuning', () => {
  it.each(['emoji', 'clothes'] as const)('begins with what the denoiser of %s computes', async (name) => {
    const kind = kinds[name];
    const { denoiser: original } = await trained(kind);
    const size = [2, kind.size, kind.size, kind.channels] as const;
    const [xt, timesteps] = [createRandom(2).normal(size), tf.tensor1d([300, 700], 'int32')];
    const estimateOf = (denoiser: Denoiser, condition: tf.Tensor): tf.Tensor =>
      denoiser.estimate(xt, timesteps, { condition }).sample;
    const labels = tf.tensor1d([1, 5], 'int32');
    for (const sameClasses of [true, false]) {
      const denoiser = await adapted(kind, { length: 17, sameClasses }, createRandom(1));
      const ours = estimateOf(denoiser, labels);
      // other classes say nothing yet
      const theirs = estimateOf(original, sameClasses ? labels : tf.tensor1d([-1, -1], 'int32'));
      const distance = await tf.max(tf.abs(tf.sub(ours, theirs))).data();
      expect(distance[0]).toBe(0);
      denoiser.dispose();
    }
    original.dispose();
  });

  it('has a hundred pictures of each kind, with their labels', async () => {
    for (const [pictures, size] of [
      [await readEmoji(kinds.emoji), 32 ** 2 * 3],
      [await readOutlines(), 28 ** 2],
    ] as const) {
      const { x, condition } = pictures.data;
      expect([x.shape[0], x.data.length, condition.data.length]).toEqual([100, 100 * size, 100]);
      expect(new Set(condition.data).size).toBe(pictures.classes.length);
    }
  });

  it('draws outlines', () => {
    const images = { data: Uint8Array.from([0, 9, 9, 0, 9, 200]), shape: [1, 2, 3, 1] } as const;
    const { data } = outlined({ images, labels: { data: Int32Array.of(4), shape: [1] } }, [0]);
    // differences to the left, and above
    expect([...data.x.data]).toEqual([0, 9 + 9, 0 + 9, 0, 9 + 0, 255]);
    expect([...data.condition.data]).toEqual([4]);
  });

  it('ends when the time is over, and frees what it made', async () => {
    const pictures = await readOutlines();
    const before = tf.memory().numTensors;
    const training = { kind: kinds.clothes, pictures, minutes: 1e-6, rate: 1e-3, random: createRandom(1) };
    const { denoiser, updates } = await adapt(training);
    expect(updates).toBeLessThan(5);
    denoiser.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('adapts to a folder of pictures, and writes a model file', () => {
    const words = ['--data', 'pictures', '--updates', '1', '--json', 'report.json'];
    const { status, stdout, stderr } = runExample('fine-tuning', folder, words);
    expect([status, stderr.match(/rror.*/)?.[0]]).toEqual([0, undefined]);
    expect(stdout).toContain('6 pictures: blue, red');
    const read = (file: string) => readFileSync(join(folder, file));
    const report = JSON.parse(read('report.json').toString()) as Record<string, unknown>;
    expect(report).toMatchObject({ kind: 'emoji', pictures: 6, classes: ['blue', 'red'], updates: 1 });
    const { metadata } = describeModel(read('out/fine-tuning/denoiser.safetensors'));
    expect(metadata).toEqual({ size: 32, classes: ['blue', 'red'] });
    for (const name of ['pictures', 'before', 'after'])
      expect(read(`out/fine-tuning/${name}.png`).length).toBeGreaterThan(500);
  });
});
