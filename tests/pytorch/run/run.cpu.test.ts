import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, expect, test } from 'vitest';
import { batches, createAdam, createRandom, type Trainer } from '../../../src/index.js';
import { folderStore } from '../../../src/node/index.js';
import { exportRun, importRun } from '../../../src/pytorch/index.js';
import { GO_ON } from '../../../src/pytorch/run/go-on.js';
import { hasTorch } from '../source/run-source.js';
import { tinyVae } from '../../training/sample.js';
import { apart, lossesOf, newestState, trainHere, trainThere } from './train-there.js';

const root = mkdtempSync(join(tmpdir(), 'run-'));
afterAll(() => {
  rmSync(root, { recursive: true });
});

const STEPS = 20;
const make = (): Trainer => tinyVae(createAdam({ learningRate: 0.02 }), { averaged: true, clipNorm: 1 }).trainer;
const data = { data: Float32Array.from({ length: 66 }, (_, i) => (i * 0.37) % 1), shape: [11, 6] };
const random = createRandom(3);
const folderOf = (name: string): string => join(root, name);
const copyOf = (name: string): string => {
  cpSync(folderOf('run'), folderOf(name), { recursive: true, filter: (from) => !/state-|\.csv$/.test(from) });
  return folderOf(name);
};

test('an export changes nothing, and the program in it is that of the package', async () => {
  const trainer = make();
  const before = JSON.stringify(trainer.state.plain);
  const { numTensors } = tf.memory();
  await exportRun(trainer, { data, batchSize: 4, random, folder: folderStore(folderOf('run')), steps: STEPS, storedDraws: STEPS }); // prettier-ignore
  expect(JSON.stringify(trainer.state.plain)).toBe(before);
  expect(tf.memory().numTensors).toBe(numTensors);
  expect(GO_ON).toBe(readFileSync(new URL('../../../src/pytorch/run/go_on.py', import.meta.url), 'utf8'));
});

test.skipIf(!hasTorch)(
  '20 steps there are those here, and what comes back continues as if they had been made here',
  async () => {
    const trainer = make();
    const ours = await trainHere(trainer, data, { batchSize: 4, random, steps: STEPS });
    const ended = await trainThere([folderOf('run')], ['--every', '10']);
    expect([ended.status, ended.status ? ended.stderr : '']).toEqual([0, '']);
    const theirs = lossesOf(folderOf('run'));
    for (const [name, row] of Object.entries(ours)) expect(apart(row, theirs[name]!)).toBeLessThan(1e-5);

    const [back, source] = [make(), batches(data, { batchSize: 4, random })];
    expect(await importRun(back, folderStore(folderOf('run')), { source })).toBe(STEPS);
    expect(back.state.plain).toEqual(trainer.state.plain);
    expect(source.state()).toEqual({ epoch: 6, position: 2 });
    for (const [name, variable] of Object.entries(trainer.state.variables))
      expect(apart(await variable.data(), await back.state.variables[name]!.data())).toBeLessThan(1e-4);
  },
);

test.skipIf(!hasTorch)('two processes that are killed once end with the bytes of two that were not', async () => {
  const [whole, killed] = [copyOf('whole'), copyOf('killed')];
  const words = ['--every', '5'];
  expect((await trainThere([whole], words, 2)).status).toBe(0);
  await trainThere([killed], words, 2, (text, children) => {
    if (text.includes('step 10 of')) for (const child of children) child.kill('SIGKILL');
  });
  expect((await trainThere([killed], words, 2)).status).toBe(0);
  expect(newestState(killed).equals(newestState(whole))).toBe(true);
  expect(lossesOf(killed)).toEqual(lossesOf(whole));
  const one = lossesOf(folderOf('run'));
  for (const [name, row] of Object.entries(lossesOf(whole))) expect(apart(row, one[name]!)).toBeLessThan(1e-5);
});

test('a folder that is not whole, or another trainer, is refused in one sentence, and nothing changes', async () => {
  const trainer = make();
  const before = JSON.stringify(trainer.state.plain);
  const expectRefusal = async (name: string, change: (folder: string) => void, message: RegExp): Promise<void> => {
    const folder = copyOf(name);
    change(folder);
    await expect(importRun(trainer, folderStore(folder))).rejects.toThrow(message);
    expect(JSON.stringify(trainer.state.plain)).toBe(before);
  };
  const rewrite = (file: string, by: (bytes: Buffer) => Buffer) => (folder: string) => {
    writeFileSync(join(folder, file), by(readFileSync(join(folder, file))));
  };
  await expectRefusal(
    'a',
    (folder) => rmSync(join(folder, 'run.json')),
    /^importRun: `folder` must have run.json; got none/,
  );
  await expectRefusal('b', rewrite('run.safetensors', (bytes) => bytes.subarray(0, 90)), /must have the run.safetensors that belongs/); // prettier-ignore
  await expectRefusal('c', rewrite('run.json', (bytes) => Buffer.from(bytes.toString().replace('run 1', 'run 9'))), /got tfjs-generative run 9/); // prettier-ignore
  const other = tinyVae(createAdam({ learningRate: 0.5 }), { averaged: true, clipNorm: 1 }).trainer;
  await expect(importRun(other, folderStore(folderOf('run')))).rejects.toThrow(
    /must be made like the saved one; got optimizer/,
  );
  const few = { data, batchSize: 12, random, folder: folderStore(folderOf('few')) };
  await expect(exportRun(trainer, few)).rejects.toThrow(/^exportRun: `batchSize` must not be above the 11 examples/);
});

test.skipIf(!hasTorch)('Python says in one sentence what is wrong with a folder', async () => {
  const cut = copyOf('cut');
  writeFileSync(join(cut, 'data.safetensors'), readFileSync(join(cut, 'data.safetensors')).subarray(0, 50));
  const { status, stderr } = await trainThere([cut]);
  expect([status, stderr.trim().split('\n')]).toEqual([1, [expect.stringMatching(/^go_on.py: .*data.safetensors must have \d+ bytes; got 50\./)]]); // prettier-ignore
});
