import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { loadCheckpoint, loadWeights, saveCheckpoint, saveWeights, type Trainer } from '../../../src/index.js';
import { withoutLeak } from '../sample.js';

const NUMBERS = 2 ** 20;

/** A trainer of one large variable. */
function large(first: number): Trainer & { readonly variables: readonly tf.Variable[] } {
  const variable = tf.tidy(() => tf.variable(tf.add(tf.range(0, NUMBERS), first)));
  return {
    step: () => ({}),
    evaluate: () => ({}),
    variables: [variable],
    state: { variables: { large: variable }, plain: null },
    restore: () => undefined,
    dispose: () => variable.dispose(),
  };
}

/** Compares files of megabytes at once, not number by number. */
const expectSame = (a: Uint8Array, b: Uint8Array): void => expect(Buffer.compare(a, b)).toBe(0);

/** How many tasks the event loop has time for while something is done. */
async function tasksDuring(work: () => Promise<unknown>, onTask: (task: number) => void = () => undefined) {
  let [tasks, isDone] = [0, false];
  const next = (): void => {
    if (isDone) return;
    onTask(++tasks);
    setImmediate(next);
  };
  setImmediate(next);
  try {
    await work();
  } finally {
    isDone = true;
  }
  return tasks;
}

// a clock on which every piece of work takes longer than a frame; it is not reset between tests, which may share a turn of the event loop
let now = performance.now();

beforeEach(() => {
  vi.spyOn(performance, 'now').mockImplementation(() => (now += 20));
});
afterEach(() => {
  vi.restoreAllMocks();
  tf.disposeVariables();
});

/** What is done with a large variable, which has four pieces. */
const works: Record<string, (trainer: ReturnType<typeof large>, file: Uint8Array) => Promise<unknown>> = {
  saveCheckpoint: (trainer) => saveCheckpoint(trainer),
  loadCheckpoint: (trainer, file) => loadCheckpoint(trainer, file),
  saveWeights: (trainer) => saveWeights(trainer),
  loadWeights: async (trainer) => loadWeights(trainer, await saveWeights(trainer)),
};

test.each(Object.entries(works))('%s lets the event loop run within a large tensor', async (_, work) => {
  const trainer = large(1);
  const file = await saveCheckpoint(trainer);
  expect(await tasksDuring(() => work(trainer, file))).toBeGreaterThanOrEqual(6);
});

test('data of a run are described in pieces, too', async () => {
  const trainer = { ...large(1), state: { variables: {}, plain: null, settings: { data: new Float32Array(NUMBERS) } } };
  expect(await tasksDuring(() => saveCheckpoint(trainer))).toBeGreaterThanOrEqual(4);
});

test('a step while a file is made changes nothing in it', async () => {
  const trainer = large(1);
  const file = await saveCheckpoint(trainer);
  await tasksDuring(
    async () => expectSame(await saveCheckpoint(trainer), file),
    (task) => task === 2 && trainer.variables[0]!.assign(tf.zeros([NUMBERS])),
  );
});

describe('an aborted', () => {
  const reason = new Error('enough');

  test.each([0, 1, 5])('save rejects with the reason, after %d tasks, and leaves nothing behind', async (last) => {
    const trainer = large(1);
    const stop = new AbortController();
    if (last === 0) stop.abort(reason);
    await withoutLeak(async () => {
      const tasks = tasksDuring(
        () => saveCheckpoint(trainer, { signal: stop.signal }),
        (task) => task === last && stop.abort(reason),
      );
      await expect(tasks).rejects.toBe(reason);
    });
  });

  test.each([0, 1, 5])('load rejects with the reason, after %d tasks, and has changed nothing', async (last) => {
    const file = await saveCheckpoint(large(1));
    const trainer = large(2);
    const restore = vi.fn();
    const before = await saveWeights(trainer);
    const stop = new AbortController();
    if (last === 0) stop.abort(reason);
    await withoutLeak(async () => {
      const tasks = tasksDuring(
        () => loadCheckpoint({ ...trainer, restore }, file, { signal: stop.signal }),
        (task) => task === last && stop.abort(reason),
      );
      await expect(tasks).rejects.toBe(reason);
    });
    expect(restore).not.toHaveBeenCalled();
    expectSame(await saveWeights(trainer), before);
  });

  test('a signal that is not aborted changes nothing', async () => {
    const trainer = large(1);
    const { signal } = new AbortController();
    expectSame(await saveCheckpoint(trainer, { signal }), await saveCheckpoint(trainer));
  });
});

test('saving lets the event loop run between the reads of tensors', async () => {
  const variables = Object.fromEntries([1, 2, 3, 4, 5, 6].map((i) => [`v${i}`, tf.variable(tf.ones([2]))]));
  const trainer = { ...large(1), state: { variables, plain: null } };
  let whileRead = 0;
  const { data } = tf.Tensor.prototype;
  const reads = vi.spyOn(tf.Tensor.prototype, 'data').mockImplementation(function (this: tf.Tensor) {
    return data.call(this);
  });
  await tasksDuring(
    () => saveCheckpoint(trainer),
    () => reads.mock.calls.length < 6 && whileRead++,
  );
  expect(whileRead).toBeGreaterThanOrEqual(4);
});
