import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createRandom } from '../../../src/index.js';
import { folderStore } from '../../../src/node/index.js';
import { exportRun } from '../../../src/pytorch/index.js';
import { trainers } from '../../contract/trainers.js';
import { hasTorch } from '../source/run-source.js';
import { dataOf } from './data-of.js';
import { apart, lossesOf, stateThere, trainHere, trainThere } from './train-there.js';

const STEPS = 50;
/** Trainers that no run can have: their steps differ, or their optimizer is not ours. */
const refused = /three updates|schedule of updates|shortcuts|tfjs's Adam/;
/** Steps after which rounding has grown: their biases have a true gradient of 0, which Adam makes steps of full size. */
const comparable = (name: string): number => (/^GAN/.test(name) ? 25 : STEPS);

/** A consistency model compares two calls at timesteps next to each other, which takes digits away. */
const boundOf = (name: string): number => (name.includes('consistency') ? 2e-5 : 1e-5);

test.skipIf(!hasTorch)(
  'every trainer makes the same 50 steps in PyTorch, in one process and in two',
  async () => {
    const root = mkdtempSync(join(tmpdir(), 'runs-'));
    const made: { name: string; folder: string; ours: Record<string, number[]>; weights: Record<string, ArrayLike<number>> }[] = []; // prettier-ignore
    for (const { name, make, batches } of trainers.filter(({ name }) => !refused.test(name))) {
      const [trainer, data, random] = [make(), dataOf(batches()), createRandom(3)];
      const folder = join(root, String(made.length));
      const store = folderStore(folder);
      await exportRun(trainer, { data, batchSize: 4, random, folder: store, steps: STEPS, storedDraws: STEPS });
      const ours = await trainHere(trainer, data, { batchSize: 4, random, steps: STEPS });
      const entries = Object.entries(trainer.state.variables).map(
        async ([key, one]) => [key, await one.data()] as const,
      );
      made.push({ name, folder, ours, weights: Object.fromEntries(await Promise.all(entries)) });
      cpSync(folder, `${folder}-two`, { recursive: true });
    }
    const folders = made.map(({ folder }) => folder);
    const one = await trainThere(folders);
    expect([one.status, one.status === 0 ? '' : one.stderr]).toEqual([0, '']);
    // a pair of processes meets once
    for (const folder of folders) {
      const { alone } = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as { alone: string | null };
      const two = await trainThere([`${folder}-two`], [], alone === null ? 2 : 1);
      expect([two.status, two.status === 0 ? '' : two.stderr]).toEqual([0, '']);
    }
    const table = made.map(({ name, folder, ours, weights }) => {
      const { mixed } = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as { mixed: string[] };
      const [one, two, state] = [lossesOf(folder), lossesOf(`${folder}-two`), stateThere(folder)];
      const most = (other: Record<string, number[]>) =>
        Math.max(...Object.entries(ours).map(([key, row]) => apart(row.slice(0, comparable(name)), other[key]!)));
      const differences = Object.entries(weights).map(([key, row]) => apart(row, state.get(key)!.data as Float32Array));
      return { name, losses: most(one), two: most(two), isMixed: mixed.length > 0, weights: Math.max(...differences) };
    });
    console.table(table);
    for (const { name, losses, two, isMixed } of table) {
      expect([name, losses < boundOf(name)]).toEqual([name, true]);
      if (!isMixed) expect([name, two < boundOf(name)]).toEqual([name, true]);
    }
    rmSync(root, { recursive: true });
  },
  900_000,
);
