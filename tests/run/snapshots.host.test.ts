import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test, vi } from 'vitest';
import type { Trainer } from '../../src/index.js';
import { createRun, type RunOptions, type RunSettings, type RunSnapshot } from '../../src/run/index.js';
import { countingTrainer, rowsOf, withoutLeak } from '../training/sample.js';

/** A run over batches whose losses are 1, 2, ..., and every snapshot of it, in order. */
function watched(batches: number, options: RunOptions<'loss'>, trainer: Trainer<'loss'> = countingTrainer().trainer) {
  const data = rowsOf(batches);
  const run = createRun(trainer, data, options);
  const snapshots: RunSnapshot<'loss'>[] = [];
  run.subscribe((snapshot) => void snapshots.push(snapshot));
  return { run, snapshots, data };
}

/** Every object in a value, and the value itself. */
function objectsIn(value: unknown): object[] {
  if (typeof value !== 'object' || value === null) return [];
  return [value, ...Object.values(value).flatMap(objectsIn)];
}

const judging: Trainer<'loss'> = {
  ...countingTrainer().trainer,
  observers: [{ report: () => [{ kind: 'judged', message: 'as it was' }] }],
};

describe('a snapshot', () => {
  test('is the same object until something changes', async () => {
    const { run, snapshots } = watched(2, { epochs: 2 });
    expect(run.snapshot()).toBe(run.snapshot());
    expect(snapshots).toEqual([run.snapshot()]);
    await run.start();
    expect(run.snapshot()).toBe(snapshots.at(-1));
    expect(new Set(snapshots).size, 'no snapshot is received twice').toBe(snapshots.length);
  });

  test('is deeply frozen in every state', async () => {
    const { run, snapshots, data } = watched(2, { epochs: 2, validation: rowsOf(1), progressEvery: 1 }, judging);
    await run.start();
    const failing = createRun({ ...judging, step: () => fail() }, data, { epochs: 1 });
    await expect(failing.start()).rejects.toThrow('no update');
    const objects = objectsIn([...snapshots, failing.snapshot()]).slice(1);
    expect(objects.length).toBeGreaterThan(30);
    expect(objects.filter((object) => !Object.isFrozen(object))).toEqual([]);
  });

  test('does not freeze the trainer', async () => {
    const verdict = { kind: 'judged', message: 'kept' };
    const { run } = watched(1, { epochs: 1 }, { ...judging, observers: [{ report: () => [verdict] }] });
    expect((await run.start()).report?.verdicts).toEqual([verdict]);
    expect(Object.isFrozen(verdict)).toBe(false);
  });

  test('before the start is idle, without a report', () => {
    const { run } = watched(1, { epochs: 1 });
    expect(run.snapshot()).toEqual({ status: 'idle', step: 0, totalSteps: 0, epoch: 0, seconds: 0, history: [] });
  });

  test('has the counts, the last report and the history, in which earlier reports are the same objects', async () => {
    const { run, snapshots } = watched(3, { epochs: 2 });
    const last = await run.start();
    expect(snapshots.map(({ status, step, epoch }) => [status, step, epoch])).toEqual([
      ['idle', 0, 0],
      ['running', 0, 0],
      ['running', 3, 1],
      ['running', 6, 2],
      ['finished', 6, 2],
    ]);
    expect(last.report).toEqual({
      step: 6,
      totalSteps: 6,
      epoch: 2,
      metrics: { loss: 2 },
      validation: undefined,
      // the clock is read at the start, after each update and for each report
      seconds: expect.any(Number) as number,
      skipped: 0,
      verdicts: [],
    });
    expect(last.seconds).toBe(last.report!.seconds);
    expect(last.history).toHaveLength(2);
    expect(last.history[1]).toBe(last.report);
    expect(last.history[0]).toBe(snapshots[2]!.report);
    expect(last.history).toBe(snapshots[3]!.history);
    expect(snapshots[2]!.history, 'an older snapshot stays as it was').toHaveLength(1);
  });

  test('counts the steps of the trainer across runs, if the trainer does', async () => {
    const { trainer } = countingTrainer();
    let steps = 40;
    const counting: Trainer<'loss'> = {
      ...trainer,
      get steps() {
        return steps;
      },
      step: (batch) => {
        steps++;
        return trainer.step(batch);
      },
    };
    const { run } = watched(2, { epochs: 1 }, counting);
    expect(run.snapshot().totalSteps).toBe(40);
    expect((await run.start()).totalSteps).toBe(42);
  });

  test('keeps `historyLimit` reports, the latest ones', async () => {
    const { run } = watched(1, { epochs: 5, historyLimit: 2 });
    expect((await run.start()).history.map(({ epoch }) => epoch)).toEqual([4, 5]);
  });

  test('updates its counts every `progressEvery` updates, without a read of the device', async () => {
    const reads: number[] = [];
    const { run, snapshots } = watched(6, { epochs: 1, progressEvery: 2 });
    const { data: read } = tf.Tensor.prototype;
    tf.Tensor.prototype.data = function (this: tf.Tensor) {
      reads.push(run.snapshot().step);
      return read.call(this);
    } as typeof read;
    try {
      await run.start();
    } finally {
      tf.Tensor.prototype.data = read;
    }
    const counted = snapshots.filter(({ status, report }) => status === 'running' && report === undefined);
    expect(counted.map(({ step }) => step)).toEqual([0, 2, 4, 6]);
    expect(reads, 'one read, for the report').toEqual([6]);
  });
});

describe('messages between a page and a worker', () => {
  test('settings make the same run after structuredClone', async () => {
    const settings: RunSettings = { steps: 5, reportEvery: 2, yieldEvery: 2, progressEvery: 1, historyLimit: 2 };
    const [here, there] = [watched(3, settings), watched(3, structuredClone(settings))];
    const clock = vi.spyOn(performance, 'now').mockReturnValue(0);
    await Promise.all([here.run.start(), there.run.start()]);
    clock.mockRestore();
    expect(there.snapshots).toEqual(here.snapshots);
    expect(here.snapshots.map(({ history }) => history.length)).toContain(2);
  });

  test('every snapshot is equal to its structuredClone, that of a failed run too', async () => {
    const { run, snapshots, data } = watched(2, { epochs: 1, validation: rowsOf(1) }, judging);
    await run.start();
    const thrown = Object.assign(new RangeError('cannot be posted'), { cause: () => undefined });
    const failing = createRun({ ...judging, step: () => fail(thrown) }, data, { epochs: 1 });
    await expect(failing.start()).rejects.toBe(thrown);
    expect(failing.snapshot().error).toEqual({ name: 'RangeError', message: 'cannot be posted' });
    for (const snapshot of [...snapshots, failing.snapshot()]) expect(structuredClone(snapshot)).toEqual(snapshot);
  });
});

test('a run holds no tensor before, between and after its parts', async () => {
  const data = rowsOf(3);
  await withoutLeak(async () => {
    const run = createRun(countingTrainer().trainer, data, { epochs: 3, reportEvery: 2 });
    run.subscribe(({ step }) => void (step === 4 && run.stop()));
    await withoutLeak(() => run.start());
    expect(run.snapshot().status).toBe('stopped');
    await withoutLeak(() => run.start());
  });
  tf.dispose(data);
});

function fail(error: Error = new Error('no update')): never {
  throw error;
}
