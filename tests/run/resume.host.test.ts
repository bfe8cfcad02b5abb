import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, test } from 'vitest';
import { createAdam, type DataSource } from '../../src/index.js';
import { createRun, type Run, type RunOptions } from '../../src/run/index.js';
import { batchOfPixels, snapshot, tinyVae } from '../training/sample.js';

afterEach(() => tf.disposeVariables());

type Model = ReturnType<typeof tinyVae>;
const make = (): Model => tinyVae(createAdam({ learningRate: 0.05 }), { averaged: true });

const sources: [string, (model: Model) => DataSource][] = [
  ['batches', ({ data }) => data],
  ['an array', () => [0.2, 0.5, 0.8].map((factor) => tf.mul(batchOfPixels(), factor))],
];

/** Stops the run after each of these updates; starts it until it has finished. */
async function interrupted(run: Run, stops: readonly number[]): Promise<void> {
  const due = new Set(stops);
  run.subscribe(({ step }) => void (due.delete(step) && run.stop()));
  let parts = 0;
  while (run.snapshot().status !== 'finished') {
    await run.start();
    parts++;
  }
  expect(parts).toBe(stops.length + 1);
}

describe.each(sources)('a run over %s', (_, sourceOf) => {
  // three batches in an epoch: after its last batch, in its middle, and after each update
  test.each<[string, readonly number[], RunOptions]>([
    ['epochs, in the middle of one', [4], { epochs: 3 }],
    ["epochs, at one's end", [3, 6], { epochs: 3 }],
    ['epochs, after each update', [1, 2, 3, 4, 5, 6, 7, 8], { epochs: 3 }],
    ['steps', [2, 3, 7], { steps: 8 }],
  ])('that is stopped and goes on is, bit for bit, the one that was not: %s', async (_, stops, length) => {
    const [straight, parted] = [make(), make()];
    const options = { ...length, progressEvery: 1 };
    await createRun(straight.trainer, sourceOf(straight), options).start();
    await interrupted(createRun(parted.trainer, sourceOf(parted), options), stops);
    expect(await snapshot(parted.trainer)).toEqual(await snapshot(straight.trainer));
    expect(parted.data.state()).toEqual(straight.data.state());
  });

  // in threes, each start ends with an epoch
  test.each<[number, RunOptions]>([
    [1, { epochs: 3 }],
    [2, { epochs: 3, yieldEvery: 50 }],
    [3, { epochs: 3, reportEvery: 2 }],
    [3, { steps: 8 }],
  ])('that makes %i updates at a start is, bit for bit, the one that makes all at once', async (steps, length) => {
    const [straight, parted] = [make(), make()];
    const { step: all } = await createRun(straight.trainer, sourceOf(straight), length).start();
    const run = createRun(parted.trainer, sourceOf(parted), length);
    for (let done = steps; ; done += steps) {
      const { step, status } = await run.start({ steps });
      expect([step, status]).toEqual(done < all ? [done, 'stopped'] : [all, 'finished']);
      if (status === 'finished') break;
    }
    expect(await snapshot(parted.trainer)).toEqual(await snapshot(straight.trainer));
    expect(parted.data.state()).toEqual(straight.data.state());
  });
});
