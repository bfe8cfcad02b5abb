import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { createRandom, type Batch, type Trainer } from '../../../src/index.js';
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

/** How far the losses of the fifth step are apart if some numbers of a variable are larger by 0.1. */
async function effectOf(make: () => Trainer, key: string, places: readonly number[], batch: Batch): Promise<number> {
  const rows = [0, 0.1].map(async (shift) => {
    const trainer = make();
    // an output layer that begins with zeros would hide all before it
    for (let i = 0; i < 4; i++) tf.dispose(trainer.step(batch));
    const variable = trainer.state.variables[key]!;
    const shifts = new Float32Array(variable.size);
    for (const place of places) shifts[place] = shift;
    variable.assign(tf.add(variable, tf.tensor(shifts, variable.shape)));
    const losses = Object.values({ ...trainer.step(batch) } as Record<string, tf.Tensor>);
    return Promise.all(losses.map(async (loss) => (await loss.data())[0]!));
  });
  const [a, b] = await Promise.all(rows);
  return apart(a!, b!);
}

test.skipIf(!hasTorch)(
  'every trainer makes the same 50 steps in PyTorch, in one process and in two',
  async () => {
    const root = mkdtempSync(join(tmpdir(), 'runs-'));
    const made: { name: string; effect: (key: string, places: readonly number[]) => Promise<number>; folder: string; ours: Record<string, number[]>; weights: Record<string, ArrayLike<number>> }[] = []; // prettier-ignore
    for (const { name, make, batches } of trainers.filter(({ name }) => !refused.test(name))) {
      const [trainer, data, random] = [make(), dataOf(batches()), createRandom(3)];
      const folder = join(root, String(made.length));
      const store = folderStore(folder);
      await exportRun(trainer, { data, batchSize: 4, random, folder: store, steps: STEPS, storedDraws: STEPS });
      const ours = await trainHere(trainer, data, { batchSize: 4, random, steps: STEPS });
      const entries = Object.entries(trainer.state.variables).map(
        async ([key, one]) => [key, await one.data()] as const,
      );
      const [batch] = batches() as [Batch, ...Batch[]];
      const effect = (key: string, places: readonly number[]): Promise<number> => effectOf(make, key, places, batch);
      made.push({ name, effect, folder, ours, weights: Object.fromEntries(await Promise.all(entries)) });
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
      const { mixed, isJoined } = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as {
        mixed: string[];
        isJoined: boolean;
      };
      const [one, two, state] = [lossesOf(folder), lossesOf(`${folder}-two`), stateThere(folder)];
      const most = (other: Record<string, number[]>) =>
        Math.max(...Object.entries(ours).map(([key, row]) => apart(row.slice(0, comparable(name)), other[key]!)));
      const differences = Object.entries(weights).map(([key, row]) => apart(row, state.get(key)!.data as Float32Array));
      return {
        name,
        losses: most(one),
        two: most(two),
        isJoined,
        mixed: mixed.join(),
        weights: Math.max(...differences),
      };
    });
    console.table(table);
    for (const { name, losses, two, mixed } of table) {
      expect([name, losses < boundOf(name)]).toEqual([name, true]);
      if (mixed === '') expect([name, two < boundOf(name)]).toEqual([name, true]);
    }
    // weights that differ are biases that change nothing, whose gradients are rounding errors
    for (const { name, effect, folder, weights } of made.filter(({ name }) => !/^GAN/.test(name))) {
      const state = stateThere(folder);
      let isFound = false;
      for (const [key, row] of Object.entries(weights)) {
        if (/ptimizer|^average/.test(key) || apart(row, state.get(key)!.data as Float32Array) < 1e-4) continue;
        const other = state.get(key)!.data as Float32Array;
        const places = Array.from(row, (_, i) => i).filter((i) => Math.abs(row[i]! - other[i]!) > 1e-4);
        const found = await effect(key, places);
        console.log(
          `${name}, ${key}: losses ${found.toExponential(1)} apart after a shift of ${places.length} of ${row.length} numbers by 0.1`,
        );
        expect([name, key, found < 1e-6]).toEqual([name, key, true]);
        isFound = true;
      }
      if (!isFound) continue;
      // others do
      const others = Object.keys(weights).filter((key) => !/ptimizer|^average/.test(key));
      const effects = await Promise.all(others.map((key) => effect(key, [0])));
      expect([name, Math.max(...effects) > 1e-4]).toEqual([name, true]);
    }
    rmSync(root, { recursive: true });
  },
  900_000,
);
