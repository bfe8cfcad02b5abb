import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, expect, test } from 'vitest';
import { batches, createAdam, createRandom, type Trainer } from '../../../src/index.js';
import { folderStore } from '../../../src/node/index.js';
import { exportRun, importRun } from '../../../src/pytorch/index.js';
import { GO_ON } from '../../../src/pytorch/run/go-on.js';
import { decodeSafetensors } from '../../support/safetensors.js';
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
const idOf = (folder: string): string =>
  (JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as { id: string }).id;
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

// PyTorch starts six times
test.skipIf(!hasTorch)(
  'two processes that are killed once end with the bytes of two that were not',
  async () => {
    const [whole, killed] = [copyOf('whole'), copyOf('killed')];
    const words = ['--every', '5'];
    expect((await trainThere([whole], words, 2)).status).toBe(0);
    let isKilled = false;
    await trainThere([killed], words, 2, (text, children) => {
      if (text.includes('step 5 of') && !isKilled)
        isKilled = children.map((child) => child.kill('SIGKILL')).some(Boolean);
    });
    expect(isKilled).toBe(true);
    // a newer state that was cut is not read
    const cut = `state-00000019-${idOf(killed)}-00000000.safetensors`;
    writeFileSync(join(killed, cut), newestState(killed).subarray(0, 200));
    const { status, stderr } = await trainThere([killed], words, 2);
    expect([status, stderr.includes(`${cut} is not whole; an earlier state is used`)]).toEqual([0, true]);
    expect(newestState(killed).equals(newestState(whole))).toBe(true);
    expect(lossesOf(killed)).toEqual(lossesOf(whole));
    const one = lossesOf(folderOf('run'));
    for (const [name, row] of Object.entries(lossesOf(whole))) expect(apart(row, one[name]!)).toBeLessThan(1e-5);
  },
  120_000,
);

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
  const broken = (name: string, file: string, change: (bytes: Buffer) => Buffer | string | undefined): string => {
    const path = join(copyOf(name), file);
    const bytes = change(readFileSync(path));
    if (bytes === undefined) rmSync(path);
    else writeFileSync(path, bytes);
    return folderOf(name);
  };
  const as = (change: object) => (bytes: Buffer) => JSON.stringify({ ...JSON.parse(bytes.toString()), ...change });
  const cases: [folder: string, message: RegExp][] = [
    [folderOf('nowhere'), /nowhere must be a folder that exportRun wrote; got none\.$/],
    [broken('no-run', 'run.json', () => undefined), /must have run\.json; got none\. Export the run again/],
    [broken('no-json', 'run.json', () => 'hello'), /run\.json must be JSON; got something else/],
    [broken('other', 'run.json', as({ format: 'tfjs-generative run 9' })), /must have the format 'tfjs-generative run 1'; got 'tfjs-generative run 9'/], // prettier-ignore
    [
      broken('rows', 'run.json', as({ examples: 3 })),
      /must have a row for each of the 4 examples of a batch; got 3\.$/,
    ],
    [broken('missing', 'tables.safetensors', () => undefined), /must have tables\.safetensors; got no such file/],
    [broken('cut-data', 'data.safetensors', (bytes) => bytes.subarray(0, 50)), /must have \d+ bytes; got 50\./],
    [broken('turned', 'data.safetensors', (bytes) => bytes.fill(1, bytes.length - 4)), /must be the file that belongs to run\.json/], // prettier-ignore
  ];
  const { stderr } = await trainThere(cases.map(([folder]) => folder));
  const said = stderr.trim().split('\n');
  expect(said).toHaveLength(cases.length);
  cases.forEach(([, message], i) => expect(said[i]).toMatch(new RegExp(`^go_on\\.py: .*${message.source}`)));
});

test.skipIf(!hasTorch)('each example is seen once an epoch over all processes', () => {
  const { tensors } = decodeSafetensors('test', readFileSync(join(folderOf('run'), 'tables.safetensors')));
  const { shape, data } = tensors.get('order')!;
  const [epochs, examples] = shape as [number, number];
  for (let i = 0; i < epochs; i++) {
    const order = Array.from((data as Int32Array).subarray(i * examples, (i + 1) * examples));
    expect(order.sort((a, b) => a - b)).toEqual(Array.from({ length: 11 }, (_, k) => k));
  }
  // the shares of a batch, by the program itself
  const count = `import importlib.util, os\nspec = importlib.util.spec_from_file_location("go_on", "${folderOf('run')}/go_on.py")\ngo_on = importlib.util.module_from_spec(spec)\nspec.loader.exec_module(go_on)\nfor world in range(1, 5):\n  for batch in range(1, 14):\n    seen = []\n    for rank in range(world):\n      go_on.RANK, go_on.WORLD = rank, world\n      one = go_on.Share(batch)\n      seen += list(range(one.start, one.stop)) if one.weight else []\n    assert seen == list(range(batch)), (world, batch, seen)\ngo_on.RANK, go_on.WORLD = 0, 3\ngo_on.check(go_on.read_run(go_on.Path("${folderOf('run')}")), type("Options", (), {"steps": None, "every": 1}))\n`; // prettier-ignore
  const { status, stderr } = spawnSync('/usr/bin/python3', ['-c', count], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([1, 'go_on.py: the number of processes must divide the batch of 4; got 3.\n']);
});
