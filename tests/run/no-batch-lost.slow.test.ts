import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { batches, type DataSource, type Trainer } from '../../src/index.js';
import { createRun } from '../../src/run/index.js';
import { countingTrainer } from '../training/sample.js';

/** Batches of one row each, which hold 0, 1, 2, 3. */
const rows = { data: Float32Array.from({ length: 8 }, (_, i) => i >> 1), shape: [4, 2] };
const numbered: Record<string, () => DataSource> = {
  batches: () => batches(rows, { batchSize: 1 }),
  'an array': () => [0, 1, 2, 3].map((value) => tf.fill([1, 2], value)),
  'a source with a cursor whose batches come late': () => {
    const source = batches(rows, { batchSize: 1 });
    async function* late(): AsyncGenerator<tf.Tensor> {
      for await (const batch of source) {
        for (let turn = 0; turn < 9; turn++) await Promise.resolve();
        yield batch;
      }
    }
    return { ...source, [Symbol.asyncIterator]: late };
  },
};

test.each([
  ['batches', 1],
  ['batches', 50],
  ['an array', 1],
  ['an array', 50],
  ['a source with a cursor whose batches come late', 50],
])('no batch of %s is lost or read twice, whenever the run is stopped (yieldEvery %i)', async (kind, yieldEvery) => {
  for (let turns = 0; turns < 80; turns++) {
    const losses: Promise<Float32Array>[] = [];
    const { trainer } = countingTrainer();
    const step: Trainer<'loss'>['step'] = (batch) => {
      const metrics = trainer.step(batch);
      losses.push(metrics.loss.data<'float32'>());
      return metrics;
    };
    const run = createRun({ ...trainer, step }, numbered[kind]!(), { epochs: 2, yieldEvery });
    const end = run.start();
    for (let turn = 0; turn < turns; turn++) await Promise.resolve();
    void run.stop();
    await end;
    // at once, while an iteration of the source may just be ending
    await run.start();
    expect(run.snapshot().status).toBe('finished');
    expect((await Promise.all(losses)).map(([loss]) => loss)).toEqual([0, 1, 2, 3, 0, 1, 2, 3]);
  }
});
