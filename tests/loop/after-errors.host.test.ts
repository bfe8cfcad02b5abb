import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, test } from 'vitest';
import {
  batches,
  createAdam,
  createRandom,
  fit,
  loadCheckpoint,
  saveCheckpoint,
  train,
  type Batch,
  type BatchSource,
  type DataSource,
  type Metrics,
  type Trainer,
  type TrainOptions,
} from '../../src/index.js';
import { createRun } from '../../src/run/index.js';
import { batchOfPixels, countingTrainer, pixels, snapshot, tinyVae } from '../training/sample.js';

afterEach(() => tf.disposeVariables());

type Model = ReturnType<typeof tinyVae>;
const make = (): Model => tinyVae(createAdam({ learningRate: 0.05 }), { averaged: true, clipNorm: 1 });

/** A fault that happens once, at one place. */
interface Fault {
  /** Causes the fault if this is its place and call. */
  at(place: string): void;
  readonly signal: AbortSignal;
}

/** Makes a fault at a place, in the call of this number. */
function fault(place: string, call: number, cause: (stop: AbortController) => void): Fault {
  let calls = 0;
  const stop = new AbortController();
  return {
    at: (here) => {
      if (here === place && ++calls === call) cause(stop);
    },
    signal: stop.signal,
  };
}

const none: Fault = { at: () => undefined, signal: new AbortController().signal };
const breaks = (): never => {
  throw new Error('it broke');
};

/** A trainer that may fail before, in and after an update. */
function fragile({ trainer }: Model, due: Fault): Trainer {
  return {
    ...trainer,
    get state() {
      return trainer.state;
    },
    get steps() {
      return trainer.steps;
    },
    step: (batch: Batch): Metrics => {
      due.at('before the update');
      return trainer.step(batch);
    },
    evaluate: (batch: Batch): Metrics => {
      due.at('evaluation');
      return trainer.evaluate(batch);
    },
    observers: [...(trainer.observers ?? []), { report: () => due.at('verdict') }],
  };
}

/** The source of a model, whose transform and iterator may fail. */
function sourceOf(due: Fault): BatchSource<Tensor> {
  const transformed = batches(pixels, {
    batchSize: 4,
    random: createRandom(1),
    transform: (batch, random) => {
      due.at('transform');
      return tf.add(tf.mul(0.9, batch), random.uniform(batch.shape, 0, 0.1));
    },
  });
  async function* read(): AsyncGenerator<Tensor> {
    for await (const batch of transformed) {
      due.at('source');
      yield batch;
    }
  }
  return { ...transformed, [Symbol.asyncIterator]: read };
}

const ways: Record<string, (model: Trainer, data: DataSource, options: TrainOptions, due: Fault) => Promise<unknown>> =
  {
    train: async (trainer, data, options, due) => {
      for await (const report of train(trainer, data, options)) due.at(report.step > 0 ? 'report' : '');
    },
    fit: (trainer, data, options, due) =>
      fit(trainer, data, {
        ...options,
        callbacks: { onBatchEnd: () => due.at('after the update'), onReport: () => due.at('report') },
      }),
    createRun: (trainer, data, options, due) =>
      createRun(trainer, data, { ...options, onReport: () => due.at('report') }).start(),
  };

const places = ['before the update', 'transform', 'source', 'evaluation', 'verdict', 'report', 'after the update'];
const cases = Object.keys(ways).flatMap((way) =>
  places
    .filter((place) => place !== 'after the update' || way === 'fit')
    .flatMap((place) => [1, 3].map((call) => [way, place, call] as const)),
);
const TOTAL = 8;

/** Trains until the trainer has made all steps. */
async function finish(way: string, trainer: Trainer, data: DataSource, due: Fault): Promise<void> {
  const validation = batches(pixels, { batchSize: 5 });
  const left = TOTAL - trainer.steps!;
  if (left === 0) return;
  await ways[way]!(trainer, data, { steps: left, reportEvery: 2, validation, signal: due.signal }, due);
}

/** The result of a run without an error, which is the same for each way. */
async function runWithoutError(): Promise<[unknown, unknown]> {
  const [model, data] = [make(), sourceOf(none)];
  await finish('train', fragile(model, none), data, none);
  return [await snapshot(model.trainer), data.state()];
}
const expected = await runWithoutError();

describe.each(cases)('%s: an error in %s, the %i. time', (way, place, call) => {
  test('costs no batch: continuing, or resuming from a save in the catch block, gives the same bits as a run without the error', async () => {
    const due = fault(place, call, breaks);
    const [model, data] = [make(), sourceOf(due)];
    await expect(finish(way, fragile(model, due), data, due)).rejects.toThrow('it broke');
    const file = await saveCheckpoint(model.trainer, { data });
    await finish(way, fragile(model, due), data, due);
    expect([await snapshot(model.trainer), data.state()]).toEqual(expected);

    const [other, otherData] = [make(), sourceOf(none)];
    await loadCheckpoint(other.trainer, file, { data: otherData });
    await finish(way, fragile(other, none), otherData, none);
    expect([await snapshot(other.trainer), otherData.state()]).toEqual(expected);
  });

  test('costs no batch if the signal is aborted there instead', async () => {
    const due = fault(place, call, (stop) => stop.abort());
    const [model, data] = [make(), sourceOf(due)];
    await finish(way, fragile(model, due), data, due);
    await finish(way, fragile(model, none), data, none);
    expect([await snapshot(model.trainer), data.state()]).toEqual(expected);
  });
});

test.each(Object.keys(ways))(
  '%s: an update that is made, and whose metrics cannot be read, is not made again',
  async (way) => {
    const [model, data] = [make(), make().data];
    const backend = tf.backend();
    const { read } = backend;
    const due = fault('before the update', 2, () => {
      backend.read = () => Promise.reject(new Error('the device is away'));
    });
    // with this observer, the metrics of each update are read at once
    const options = { steps: 3, observers: [{ update: () => undefined }] };
    try {
      await expect(ways[way]!(fragile(model, due), data, options, due)).rejects.toThrow(/must answer/);
    } finally {
      backend.read = read;
    }
    expect(model.trainer.steps).toBe(2);
    expect(data.state()).toEqual({ epoch: 0, position: 2 });
  },
);

test('a source behind a function gets its batch back, too, and a source without a cursor restarts', async () => {
  const source = batches(pixels, { batchSize: 2 });
  const { trainer } = countingTrainer();
  const step = (): never => breaks();
  const run = (data: DataSource): Promise<unknown> => fit({ ...trainer, step }, data, { steps: 1 });
  await expect(run(() => source)).rejects.toThrow('it broke');
  expect(source.state()).toEqual({ epoch: 0, position: 0 });
  const x = batchOfPixels();
  await expect(run([x])).rejects.toThrow('it broke');
  expect(x.isDisposed).toBe(false);
});

test('validation data are read from their beginning after an evaluation that threw', async () => {
  const validation = batches(pixels, { batchSize: 4 });
  const { trainer, seen } = countingTrainer();
  let calls = 0;
  const evaluated: number[] = [];
  const evaluate: Trainer<'loss'>['evaluate'] = (batch) => {
    if (++calls === 2) breaks();
    evaluated.push((batch as Tensor).shape[0]);
    return trainer.evaluate(batch);
  };
  const run = (): Promise<unknown> => fit({ ...trainer, evaluate }, [batchOfPixels()], { steps: 1, validation });
  await expect(run()).rejects.toThrow('it broke');
  expect(validation.state()).toEqual({ epoch: 0, position: 0 });
  await run();
  expect(evaluated).toEqual([4, 4, 4, 2]);
  expect(seen).toHaveLength(2);
});
