import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { createRandom } from '../../../src/index.js';
import { folderStore } from '../../../src/node/index.js';
import { exportRun } from '../../../src/pytorch/index.js';
import { acrossExamples } from '../../../src/pytorch/run/across-examples.js';
import { record } from '../../../src/record/index.js';
import { trainers } from '../../contract/trainers.js';
import { hasTorch } from '../source/run-source.js';
import { dataOf } from './data-of.js';

type Function = (inputs: { readonly x: Tensor2D; readonly y: Tensor2D }) => tf.Tensor;

/** The operations of a function of two batches that are joined over processes; undefined if that cannot be. */
async function joinedIn(fn: Function): Promise<string[] | undefined> {
  const spec = { shape: [null, 4] };
  const recording = await record((inputs) => tf.tidy(() => fn(inputs as never)), { inputs: { x: spec, y: spec } });
  const found = acrossExamples(recording);
  return found && Array.from(found, ([{ operation }, joining]) => `${operation} ${joining}`);
}

test.each<[what: string, fn: Function, joined: string[]]>([
  ['a weighted mean', ({ x, y }) => tf.div(tf.sum(tf.mul(x, y)), tf.sum(y)), ['Sum sum', 'Sum sum']],
  ['statistics of a batch', ({ x }) => tf.mean(tf.square(tf.sub(x, tf.mean(x, 0)))), ['Mean mean', 'Mean mean']],
  ['the largest number', ({ x }) => tf.sub(tf.max(x, 0), tf.min(x)), ['Max most', 'Min least']],
  ['a gradient of weights', ({ x, y }) => tf.matMul(x, y, true), ['BatchMatMul sum']],
  ['two batches, one after the other', ({ x, y }) => tf.mean(tf.concat([x, y]), 0), ['Mean mean']],
  [
    'their halves',
    ({ x, y }) => tf.sum(tf.sub(...(tf.split(tf.concat([x, y]), 2) as [Tensor2D, Tensor2D]))),
    ['Sum sum'],
  ],
  [
    'places of an example',
    ({ x }) => tf.mean(tf.cumsum(tf.reshape(tf.reshape(x, [-1]), [-1, 2, 2]), 1)),
    ['Mean mean'],
  ],
  ['what stays by example', ({ x }) => tf.softmax(x), []],
])('%s is joined where examples are added up', async (_, fn, joined) => {
  expect(await joinedIn(fn)).toEqual(joined);
});

test.each<[what: string, fn: Function]>([
  ['pairs of all examples', ({ x, y }) => tf.mean(tf.matMul(x, y, false, true))],
  ['a sum that goes on from example to example', ({ x }) => tf.mean(tf.cumsum(x, 0))],
  ['examples in the reverse order', ({ x, y }) => tf.mean(tf.mul(x, tf.reverse(y, 0)))],
  ['a softmax over examples', ({ x }) => tf.mean(tf.softmax(tf.transpose(x)))],
  ['the rows of two batches in turn', ({ x, y }) => tf.mean(tf.mul(tf.reshape(tf.concat([x, y]), [-1, 2, 4]), 2))],
  ['products', ({ x }) => tf.prod(x, 0)],
])('%s cannot be joined', async (_, fn) => {
  expect(await joinedIn(fn).catch((error: Error) => error.message)).toBe(undefined);
});

// PyTorch starts once
test.skipIf(!hasTorch)(
  'two processes make the step of one where losses weigh tokens or cells, or have statistics of a batch',
  async () => {
    const root = mkdtempSync(join(tmpdir(), 'across-'));
    const names = /^(GAN with statistics|an autoregressive model|a model of a table|a denoiser of a user)/;
    const folders = trainers
      .filter(({ name }) => names.test(name))
      .map(async ({ name, make, batches }) => {
        const folder = join(root, name.replaceAll(/\W/g, '-'));
        const options = { batchSize: 4, random: createRandom(3), steps: 1, storedDraws: 1 };
        await exportRun(make(), { data: dataOf(batches()), folder: folderStore(folder), ...options });
        return folder;
      });
    const program = fileURLToPath(new URL('two_threads.py', import.meta.url));
    const { stdout, stderr } = spawnSync('/usr/bin/python3', [program, ...(await Promise.all(folders))], { encoding: 'utf8' }); // prettier-ignore
    expect(stderr).toBe('');
    const apart = (JSON.parse(stdout) as number[][]).flat();
    expect(apart).toHaveLength(8);
    expect(Math.max(...apart)).toBeLessThan(1e-5);
    rmSync(root, { recursive: true });
  },
  60_000,
);
