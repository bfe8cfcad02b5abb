import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, test, vi } from 'vitest';
import {
  batches,
  createAdam,
  train,
  type Batch,
  type DataSource,
  type Report,
  type Trainer,
  type TrainOptions,
} from '../../src/index.js';
import { countingTrainer, rowsOf, tinyVae, withoutLeak } from '../training/sample.js';

async function reportsOf(trainer: Trainer, data: DataSource, options: TrainOptions): Promise<Report[]> {
  const reports = [];
  for await (const report of train(trainer, data, options)) reports.push(report);
  return reports;
}

const stepsOf = (reports: readonly Report[]) => reports.map(({ step, epoch }) => [step, epoch]);

describe('the length of a run', () => {
  test('is in epochs: a report at the end of each, with the means of its updates', async () => {
    const data = rowsOf(3);
    const { trainer, seen } = countingTrainer();
    const reports = await reportsOf(trainer, data, { epochs: 2 });
    expect(stepsOf(reports)).toEqual([
      [3, 1],
      [6, 2],
    ]);
    expect(reports.map(({ metrics }) => metrics['loss'])).toEqual([2, 2]);
    expect(reports.map(({ skipped, verdicts, validation }) => [skipped, verdicts, validation])).toEqual([
      [0, [], undefined],
      [0, [], undefined],
    ]);
    expect(seen).toHaveLength(6);
    tf.dispose(data);
  });

  test('is in steps, in the middle of an epoch too, with a last report', async () => {
    const data = rowsOf(3);
    const reports = await reportsOf(countingTrainer().trainer, data, { steps: 4 });
    expect(stepsOf(reports)).toEqual([
      [3, 1],
      [4, 2],
    ]);
    expect(reports[1]!.metrics['loss']).toBe(1);
    tf.dispose(data);
  });

  test('restarts its counts in each call', async () => {
    const data = rowsOf(2);
    const { trainer } = countingTrainer();
    await reportsOf(trainer, data, { epochs: 2 });
    expect(stepsOf(await reportsOf(trainer, data, { epochs: 1 }))).toEqual([[2, 1]]);
    tf.dispose(data);
  });

  test('with `reportEvery`, reports at those updates and once more for the rest', async () => {
    const data = rowsOf(3);
    const reports = await reportsOf(countingTrainer().trainer, data, { epochs: 3, reportEvery: 2 });
    expect(stepsOf(reports)).toEqual([
      [2, 1],
      [4, 2],
      [6, 2],
      [8, 3],
      [9, 3],
    ]);
    expect(reports.map(({ metrics }) => metrics['loss'])).toEqual([1.5, 2, 2.5, 1.5, 3]);
    tf.dispose(data);
  });

  test('continues with the rest of an epoch of batches, which counts as the first', async () => {
    const source = batches(tf.zeros([6, 2]), { batchSize: 2 });
    const { trainer } = countingTrainer();
    await reportsOf(trainer, source, { steps: 2 });
    expect(source.state()).toEqual({ epoch: 0, position: 2 });
    expect(stepsOf(await reportsOf(trainer, source, { epochs: 2 }))).toEqual([
      [1, 1],
      [4, 2],
    ]);
  });
});

describe('a signal', () => {
  test('aborted before the run: no update and no report', async () => {
    const data = rowsOf(2);
    const { trainer, seen } = countingTrainer();
    await withoutLeak(async () => {
      expect(await reportsOf(trainer, data, { epochs: 3, signal: AbortSignal.abort() })).toEqual([]);
    });
    expect(seen).toEqual([]);
    tf.dispose(data);
  });

  test('aborted while it runs: ends after the update, with one last report', async () => {
    const data = rowsOf(5);
    const stop = new AbortController();
    const { trainer, seen } = countingTrainer();
    const stopping: Trainer = {
      ...trainer,
      step: (batch) => {
        if (seen.length === 2) stop.abort();
        return trainer.step(batch);
      },
    };
    await withoutLeak(async () => {
      const reports = await reportsOf(stopping, data, { epochs: 3, signal: stop.signal });
      expect(stepsOf(reports)).toEqual([[3, 1]]);
    });
    tf.dispose(data);
  });

  test('aborted at a report: no second one of the same updates', async () => {
    const data = rowsOf(2);
    const stop = new AbortController();
    const reports = [];
    for await (const report of train(countingTrainer().trainer, data, { epochs: 9, signal: stop.signal })) {
      reports.push(report);
      stop.abort();
    }
    expect(stepsOf(reports)).toEqual([[2, 1]]);
    tf.dispose(data);
  });

  test('aborted while it waits for data: ends at once, and a batch that arrives late is disposed', async () => {
    const stop = new AbortController();
    let send: (batch: Tensor) => void = () => undefined;
    let left = false;
    async function* camera(): AsyncGenerator<Tensor> {
      try {
        yield tf.ones([1, 2]);
        yield await new Promise<Tensor>((resolve) => {
          send = resolve;
          setTimeout(() => stop.abort(), 10);
        });
      } finally {
        left = true;
      }
    }
    const { trainer, seen } = countingTrainer();
    await withoutLeak(async () => {
      expect(stepsOf(await reportsOf(trainer, camera, { epochs: 2, signal: stop.signal }))).toEqual([[1, 1]]);
      send(tf.ones([1, 2]));
      await vi.waitUntil(() => left);
    });
    expect(seen).toEqual([1]);
  });
});

describe('validation', () => {
  test('weighs by examples, comes with each report and disposes no element of an array', async () => {
    const data = rowsOf(2);
    const held = [tf.fill([3, 2], 1), tf.fill([1, 2], 5)];
    await withoutLeak(async () => {
      const reports = await reportsOf(countingTrainer().trainer, data, { epochs: 2, validation: held });
      expect(reports.map(({ validation }) => validation)).toEqual([{ loss: 2 }, { loss: 2 }]);
    });
    tf.dispose([...data, ...held]);
  });

  test('reads batches again for each report and disposes them', async () => {
    const data = rowsOf(1);
    const validation = batches({ data: Float32Array.of(1, 1, 4, 4, 4, 4), shape: [3, 2] }, { batchSize: 2 });
    await withoutLeak(async () => {
      const reports = await reportsOf(countingTrainer().trainer, data, { epochs: 2, validation });
      expect(reports.map((report) => report.validation)).toEqual([{ loss: 3 }, { loss: 3 }]);
    });
    tf.dispose(data);
  });

  test('without a batch is an error before the first update, for every kind of source', async () => {
    const data = rowsOf(1);
    async function* none(): AsyncGenerator<Tensor> {
      // there is nothing to give
    }
    const dataset = { iterator: async () => ({ next: async () => ({ done: true, value: undefined }) as const }) };
    for (const validation of [[], new Set<Tensor>(), none, dataset]) {
      const { trainer, seen } = countingTrainer();
      await withoutLeak(() =>
        expect(reportsOf(trainer, data, { epochs: 1, validation })).rejects.toThrow(
          /`validation` must give at least one batch/,
        ),
      );
      expect(seen).toEqual([]);
    }
    tf.dispose(data);
  });

  test('with a number that is not finite has no mean, and a verdict says in how many batches', async () => {
    const data = rowsOf(1);
    const held = [tf.fill([3, 2], 1), tf.fill([1, 2], Infinity), tf.fill([1, 2], NaN)];
    const [report] = await reportsOf(countingTrainer().trainer, data, { epochs: 1, validation: held });
    expect(report!.validation).toEqual({ loss: NaN });
    expect(report!.verdicts.map(({ kind }) => kind)).toEqual(['validation not finite']);
    expect(report!.verdicts[0]!.message).toMatch(/^2 of 3 batches of the validation data/);
    tf.dispose([...data, ...held]);
  });

  test('that is aborted ends at most one batch later, with a report that has no validation', async () => {
    const data = rowsOf(1);
    const stop = new AbortController();
    const { trainer } = countingTrainer();
    let evaluated = 0;
    const stopping: Trainer<'loss'> = {
      ...trainer,
      evaluate: (batch) => {
        if (++evaluated === 2) stop.abort();
        return trainer.evaluate(batch);
      },
    };
    await withoutLeak(async () => {
      async function* held(): AsyncGenerator<Tensor> {
        for (let i = 0; i < 50; i++) yield tf.ones([1, 2]);
      }
      const reports = await reportsOf(stopping, data, { epochs: 3, validation: held, signal: stop.signal });
      expect(reports.map(({ step, validation }) => [step, validation])).toEqual([[1, undefined]]);
    });
    expect(evaluated).toBe(2);
    tf.dispose(data);
  });

  test('lets timers run between its batches', async () => {
    const data = rowsOf(1);
    const held = rowsOf(30);
    const { trainer } = countingTrainer();
    let [evaluated, ticked] = [0, 0];
    const slow: Trainer<'loss'> = {
      ...trainer,
      evaluate: (batch) => {
        if (evaluated++ === 0) setTimeout(() => (ticked = evaluated), 0);
        for (const start = performance.now(); performance.now() - start < 2;);
        return trainer.evaluate(batch);
      },
    };
    await reportsOf(slow, data, { epochs: 1, validation: held });
    expect(ticked).toBeGreaterThan(0);
    expect(ticked).toBeLessThan(30);
    tf.dispose([...data, ...held]);
  });
});

describe('a run', () => {
  test('measures seconds since the call began, which are not negative even if the clock goes back', async () => {
    const data = rowsOf(1);
    let time = 1000;
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => time);
    const { trainer } = countingTrainer();
    const step: Trainer<'loss'>['step'] = (batch) => {
      time += 250;
      return trainer.step(batch);
    };
    const reports = await reportsOf({ ...trainer, step }, data, { epochs: 2 });
    clock.mockRestore();
    expect(reports.map(({ seconds }) => seconds)).toEqual([0.25, 0.5]);
    tf.dispose(data);
  });

  test('lets timers run between updates', async () => {
    const data = rowsOf(1);
    let steps = 0;
    let stepsAtTimer: number | undefined;
    const { trainer } = countingTrainer();
    const stop = new AbortController();
    setTimeout(() => {
      stepsAtTimer = steps;
      stop.abort();
    }, 0);
    for await (const { step } of train(trainer, data, { epochs: 1e9, signal: stop.signal })) steps = step;
    expect(stepsAtTimer).toBeDefined();
    tf.dispose(data);
  });

  test('pauses every `yieldEvery` updates', async () => {
    const data = rowsOf(6);
    const pauses: number[] = [];
    const { trainer, seen } = countingTrainer();
    const channel = new MessageChannel();
    const ticks = vi.fn();
    channel.port1.onmessage = ticks;
    const noting: Trainer = {
      ...trainer,
      step: (batch) => {
        channel.port2.postMessage(seen.length);
        pauses.push(ticks.mock.calls.length);
        return trainer.step(batch);
      },
    };
    await reportsOf(noting, data, { epochs: 1, yieldEvery: 100 });
    expect(pauses).toEqual([0, 0, 0, 0, 0, 0]);
    channel.port1.close();
    tf.dispose(data);
  });

  test('left early leaves the source and no tensor', async () => {
    let left = 0;
    async function* source(): AsyncGenerator<Tensor> {
      try {
        for (;;) yield tf.ones([1, 2]);
      } finally {
        left++;
      }
    }
    await withoutLeak(async () => {
      for await (const report of train(countingTrainer().trainer, source, { steps: 100, reportEvery: 3 })) {
        if (report.step === 6) break;
      }
    });
    expect(left).toBe(1);
  });

  test('names the step in which an error of the library arose, and leaves others as they are', async () => {
    const { trainer } = countingTrainer();
    const data = [tf.ones([1, 2]), tf.ones([1, 2]), tf.ones([2])];
    await expect(reportsOf(trainer, data, { epochs: 1 })).rejects.toThrow(
      /^train: `batch` must have shape .* This was step 3 of train\.$/,
    );
    const strict: Trainer = {
      ...trainer,
      step: (batch) => {
        if (batch === data[1]) throw new RangeError('step: `batch` must be nice; got one that is not.');
        if (batch === data[2]) throw new Error('mine');
        return trainer.step(batch);
      },
    };
    await expect(reportsOf(strict, data, { epochs: 1 })).rejects.toThrow(
      new RangeError('step: `batch` must be nice; got one that is not. This was step 2 of train.'),
    );
    const last = [data[0]!, tf.ones([2, 2])];
    const failing: Trainer = {
      ...trainer,
      step: () => {
        throw new Error('mine');
      },
    };
    await expect(reportsOf(failing, last, { epochs: 1 })).rejects.toThrow(new Error('mine'));
    tf.dispose([...data, ...last]);
  });

  test('of a trainer that another run is training is an error, and the other run continues', async () => {
    const data = rowsOf(3);
    const { trainer, seen } = countingTrainer();
    const first = train(trainer, data, { epochs: 1, reportEvery: 1 });
    await first.next();
    const again = /^train: `trainer` must be trained by one run at a time; got a second run/;
    await expect(reportsOf(trainer, data, { epochs: 1 })).rejects.toThrow(again);
    expect(seen).toHaveLength(1);
    expect((await first.next()).value).toMatchObject({ step: 2 });
    await first.return();
    expect(await reportsOf(trainer, data, { epochs: 1 })).toHaveLength(1);
    tf.dispose(data);
  });

  test('says how many updates were skipped, and what to do', async () => {
    const data = rowsOf(2);
    const skipped = tf.tidy(() => tf.variable(tf.scalar(7), false));
    const { trainer } = countingTrainer();
    const failing: Trainer<'loss'> = {
      ...trainer,
      skipped: { model: skipped },
      step: (batch) => {
        tf.tidy(() => skipped.assign(tf.add(skipped, 1)));
        tf.dispose({ ...trainer.step(batch) });
        return { loss: tf.scalar(NaN) };
      },
      observers: [{ report: ({ metrics }) => [{ kind: 'judged', message: String(metrics['loss']) }] }],
    };
    const reports = await reportsOf(failing, data, { epochs: 2 });
    expect(reports.map((report) => report.skipped)).toEqual([2, 2]);
    expect(reports[0]!.verdicts.map(({ kind }) => kind)).toEqual(['judged', 'skipped updates']);
    expect(reports[0]!.verdicts[1]!.message).toMatch(
      /^2 of 2 updates were skipped, the first in step 1,.*learning rate/,
    );
    expect(reports[1]!.verdicts, 'both still hold').toEqual([]);
    expect(reports[1]!.standing!.map(({ kind }) => kind)).toEqual(['judged', 'skipped updates']);
    expect(reports[1]!.standing![1]!.message).toContain('the first in step 3,');
    expect(reports[0]!.metrics).toEqual({ loss: NaN });
    skipped.dispose();
    tf.dispose(data);
  });

  test('reads more updates than wait on the device at once', async () => {
    const data = rowsOf(150);
    await withoutLeak(async () => {
      const [report] = await reportsOf(countingTrainer().trainer, data, { epochs: 1, yieldEvery: 1000 });
      expect(report!.metrics['loss']).toBeCloseTo(75.5, 4);
    });
    tf.dispose(data);
  });

  test.each<[string, (step: number) => unknown, RegExp]>([
    ['a wrong batch', (step) => (step === 2 ? tf.ones([3]) : tf.ones([1, 2])), /`batch` must have shape/],
    ['booleans', (step) => (step === 2 ? tf.ones([1, 2], 'bool') : tf.ones([1, 2])), /must be float32; got bool/],
    [
      'another record',
      (step) => (step === 2 ? { xs: tf.ones([1, 2]) } : tf.ones([1, 2])),
      /`batch` must be a tensor or/,
    ],
    ['no batch', (step) => (step === 2 ? 3 : tf.ones([1, 2])), /`batch` must be a tensor or \{ x, condition \}; got 3/],
  ])('ends with %s in mid-run, and leaks nothing', async (_, give, message) => {
    let left = false;
    async function* source(): AsyncGenerator<Tensor> {
      try {
        for (let step = 0; ; step++) yield give(step) as Tensor;
      } finally {
        left = true;
      }
    }
    const { trainer, seen } = countingTrainer();
    await withoutLeak(() => expect(reportsOf(trainer, source, { steps: 5 })).rejects.toThrow(message));
    expect(seen).toHaveLength(2);
    expect(left).toBe(true);
  });

  test('ends with an update or a source that throws, and leaks nothing', async () => {
    const { trainer } = countingTrainer();
    const step = () => {
      throw new Error('no update');
    };
    const source = () => batches({ data: new Float32Array(8), shape: [4, 2] }, { batchSize: 2 });
    await withoutLeak(() => expect(reportsOf({ ...trainer, step }, source, { steps: 5 })).rejects.toThrow('no update'));

    async function* broken(): AsyncGenerator<Tensor> {
      yield tf.ones([1, 2]);
      throw new Error('no data');
    }
    await withoutLeak(() => expect(reportsOf(trainer, broken, { steps: 5 })).rejects.toThrow('no data'));
  });

  test.each<[string, unknown, RegExp]>([
    ['neither epochs nor steps', {}, /must have `epochs` or `steps`, not both; got neither/],
    ['both', { epochs: 1, steps: 1 }, /not both; got both/],
    ['no epochs', { epochs: 0 }, /`epochs`/],
    ['half a step', { steps: 0.5 }, /`steps`/],
    ['`reportEvery` 0', { epochs: 1, reportEvery: 0 }, /`reportEvery`/],
    ['`yieldEvery` -1', { epochs: 1, yieldEvery: -1 }, /`yieldEvery`/],
    ['a tensor for validation', { epochs: 1, validation: 3 }, /`validation` must be an array/],
  ])('is refused with %s, before the first update', async (_, options, message) => {
    const data = rowsOf(1);
    const { trainer, seen } = countingTrainer();
    await expect(reportsOf(trainer, data, options as TrainOptions)).rejects.toThrow(message);
    expect(seen).toEqual([]);
    tf.dispose(data);
  });
});

describe('a copy of a trainer', () => {
  test('has a running clock, and saves the state of the trainer', async () => {
    const { trainer, data, dispose } = tinyVae(createAdam({ learningRate: 1e-3 }));
    const copy = { ...trainer, step: (batch: Batch) => trainer.step(batch) };
    const reports = await reportsOf(copy, data, { epochs: 2 });
    expect(reports.map(({ totalSteps }) => totalSteps)).toEqual([3, 6]);
    expect(copy.state.plain).toEqual(trainer.state.plain);
    expect(trainer.steps).toBe(6);
    dispose();
  });

  test('that says how many steps it has made, and does not count them, is refused', async () => {
    const data = rowsOf(3);
    const { trainer } = countingTrainer();
    await expect(reportsOf({ ...trainer, steps: 0 }, data, { steps: 2 })).rejects.toThrow(
      'train: `trainer.steps` must increase with each step; got 0.',
    );
    tf.dispose(data);
  });
});
