import * as tf from '@tensorflow/tfjs-core';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import {
  cosineSchedule,
  predictVelocity,
  sampleDdim,
  sampleHeun,
  withPredict,
  type Denoiser,
} from '../../src/diffusion/index.js';
import { createRandom } from '../../src/random/index.js';
import { fit } from '../../src/loop/index.js';
import type { Trainer } from '../../src/training/index.js';
import { sampleTable } from '../../src/tables/index.js';
import { createPause } from '../../src/training/pause.js';
import { exactDenoiser } from '../diffusion/exact.js';
import { tinyTableModel } from '../tables/tiny-table.js';
import { countingTrainer, rowsOf, withoutLeak } from './sample.js';

/** The default of `yieldAfter`, and what one piece of work takes by the clock of these tests. */
const BUDGET = 16;
const PIECE = 3;
const MANY = 30;

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const exact = exactDenoiser({ mean: 0, variance: 1 }, cosineSchedule({ steps: 20 }), predictVelocity, false);

afterEach(() => {
  vi.restoreAllMocks();
});

/** A clock in place of performance.now that only work moves, and how far each turn of the event loop moved it. */
async function createClock() {
  // the last turn of an earlier test
  await nextTurn();
  let time = 0;
  let isRunning = true;
  vi.spyOn(performance, 'now').mockImplementation(() => time);
  const turns: number[] = [];
  const turn = (last: number): void => {
    turns.push(time - last);
    if (isRunning) setImmediate(turn, time);
  };
  setImmediate(turn, time);
  const stop = (): void => void (isRunning = false);
  onTestFinished(stop);
  const work = (): void => void (time += PIECE);
  const denoiser = withPredict(exact, (...parameters) => {
    work();
    return exact.predict(...parameters);
  });
  return { now: () => time, work, denoiser, turns, stop };
}

const sampleMany = (denoiser: Denoiser, options: object): Promise<tf.Tensor>[] =>
  Array.from({ length: MANY }, (_, seed) =>
    (seed % 2 ? sampleDdim : sampleHeun)(denoiser, { shape: [1, 1], steps: 4, random: createRandom(seed), ...options }),
  );

test('samplers at work at the same time share one budget between two turns of the event loop', () =>
  withoutLeak(async () => {
    const { now, denoiser, turns, stop } = await createClock();
    tf.dispose(await Promise.all(sampleMany(denoiser, {})));
    stop();
    expect(now()).toBeGreaterThan(MANY * 4 * PIECE);
    expect(Math.max(...turns)).toBeLessThan(BUDGET + PIECE);
  }));

test('so do the preparations of samplers that begin at the same time', async () => {
  const { work, turns, stop } = await createClock();
  const reading = 2 * PIECE;
  const model = tinyTableModel();
  const samplers = Array.from({ length: MANY }, (_, seed) => {
    let isRead = false;
    const known = {
      get open() {
        if (!isRead) for (let time = 0; time < reading; time += PIECE) work();
        isRead = true;
        return true;
      },
    };
    return sampleTable(model, 2, { random: createRandom(seed), steps: 2, known });
  });
  const made = await Promise.all(samplers);
  await nextTurn();
  stop();
  expect(made.flat().map(({ open }) => open)).toEqual(Array(2 * MANY).fill(true));
  expect(Math.max(...turns)).toBeLessThan(BUDGET + reading);
  model.dispose();
});

test('a sampler alone uses its whole budget in each turn', () =>
  withoutLeak(async () => {
    const { denoiser, turns, stop } = await createClock();
    tf.dispose(await sampleDdim(denoiser, { shape: [1, 1], random: createRandom(1) }));
    await nextTurn();
    stop();
    expect(turns.filter((time) => time > 0)).toEqual([18, 18, 18, 6]);
  }));

test('each of many samplers gets its turn before one gets a second', async () => {
  const { work, stop } = await createClock();
  const pieces: number[] = [];
  const worker = async (id: number): Promise<void> => {
    const afterPause = createPause();
    for (let piece = 0; piece < 5; piece++) {
      await afterPause(() => {
        for (let part = 0; part < 6; part++) work();
        pieces.push(id);
      });
    }
  };
  await Promise.all([0, 1, 2].map(worker));
  stop();
  expect(pieces).toEqual([0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2]);
});

test('samplers that are aborted while they wait reject in the next turn, and compute nothing more', () =>
  withoutLeak(async () => {
    const { now, denoiser, turns, stop } = await createClock();
    const controller = new AbortController();
    const settled = Promise.allSettled(sampleMany(denoiser, { steps: 20, signal: controller.signal }));
    await nextTurn();
    await nextTurn();
    controller.abort('left');
    const [before, turnsBefore] = [now(), turns.length];
    const results = await settled;
    stop();
    expect(results).toEqual(Array(MANY).fill({ status: 'rejected', reason: 'left' }));
    expect(now() - before).toBe(0);
    expect(turns.length - turnsBefore).toBeLessThan(3);
  }));

test('one that is aborted does not wait for the others', () =>
  withoutLeak(async () => {
    const { now, denoiser, stop } = await createClock();
    const controller = new AbortController();
    const others = sampleMany(denoiser, {});
    const left = sampleDdim(denoiser, { shape: [1, 1], random: createRandom(1), signal: controller.signal });
    await nextTurn();
    controller.abort('left');
    const before = now();
    await expect(left).rejects.toBe('left');
    expect(now() - before).toBeLessThan(2 * (BUDGET + PIECE));
    tf.dispose(await Promise.all(others));
    stop();
  }));

test('trainers at work at the same time make one update between two turns of the event loop', async () => {
  const { now, work, turns, stop } = await createClock();
  const data = rowsOf(4);
  const runs = Array.from({ length: 5 }, () => {
    const { trainer } = countingTrainer();
    const working: Trainer<'loss'> = {
      ...trainer,
      step: (batch) => {
        work();
        return trainer.step(batch);
      },
      evaluate: (batch) => {
        work();
        return trainer.evaluate(batch);
      },
    };
    return fit(working, data, { epochs: 2, validation: data });
  });
  // each has begun with an update
  await nextTurn();
  turns.splice(0);
  await Promise.all(runs);
  stop();
  expect(now()).toBe(5 * 2 * (4 + 4) * PIECE);
  expect(Math.max(...turns)).toBe(PIECE);
  tf.dispose(data);
});

/** A trainer whose updates take this many pieces. */
function workingTrainer(work: () => void, pieces: number): Trainer<'loss'> {
  const { trainer } = countingTrainer();
  return {
    ...trainer,
    step: (batch) => {
      for (let i = 0; i < pieces; i++) work();
      return trainer.step(batch);
    },
  };
}

test('trainers that begin at the same time, or whose data arrive then, share one budget', async () => {
  const { work, turns, stop } = await createClock();
  const data = rowsOf(2);
  const arriving = async function* () {
    for (const batch of data) {
      await new Promise((resolve) => setTimeout(resolve));
      yield tf.clone(batch);
    }
  };
  const update = 4 * PIECE;
  const runs = Array.from({ length: 6 }, (_, i) => fit(workingTrainer(work, 4), i % 2 ? data : arriving, { steps: 2 }));
  await Promise.all(runs);
  await nextTurn();
  stop();
  // a timer and a pause may end between the same two turns; without sharing, all six update there: 72
  expect(Math.max(...turns)).toBeLessThan(BUDGET + 2 * update);
  tf.dispose(data);
});

test('a trainer that is aborted before its turn comes makes no update', async () => {
  const { now, work, stop } = await createClock();
  const data = rowsOf(2);
  const controller = new AbortController();
  const { signal } = controller;
  const runs = Array.from({ length: 4 }, () => fit(workingTrainer(work, 6), data, { steps: 2, signal }));
  await nextTurn();
  controller.abort();
  await Promise.all(runs);
  stop();
  // in one turn a single one has begun
  expect(now()).toBe(6 * PIECE);
  tf.dispose(data);
});
