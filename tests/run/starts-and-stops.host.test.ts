import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  batches,
  cosineSchedule,
  createDenoiser,
  createRandom,
  denoisingMlp,
  predictVelocity,
  sampleDdim,
  type DataSource,
  type Trainer,
  type Observer,
} from '../../src/index.js';
import { createRun, type RunOptions, type RunSnapshot, stopOn } from '../../src/run/index.js';
import { tinyGan } from '../gan/tiny-gan.js';
import { countingTrainer, rowsOf, withoutLeak } from '../training/sample.js';

const source = (rows: number) => batches({ data: new Float32Array(2 * rows), shape: [rows, 2] }, { batchSize: 1 });

/** A trainer that calls back before each update. */
function interrupting(before: (update: number) => void) {
  const { trainer, seen } = countingTrainer();
  const step: Trainer<'loss'>['step'] = (batch) => {
    before(seen.length + 1);
    return trainer.step(batch);
  };
  return { trainer: { ...trainer, step }, seen };
}

describe('start', () => {
  test('runs at once, and gives the same promise while the run is under way', async () => {
    const run = createRun(countingTrainer().trainer, source(2), { epochs: 1 });
    const end = run.start();
    expect(run.snapshot().status).toBe('running');
    expect(run.start()).toBe(end);
    expect(await end).toBe(run.snapshot());
    expect(run.snapshot().status).toBe('finished');
  });

  test('of a finished run has nothing left to do', async () => {
    const { trainer, seen } = countingTrainer();
    for (const length of [{ epochs: 1 }, { steps: 2 }]) {
      const run = createRun(trainer, source(2), length);
      const last = await run.start();
      expect(await run.start()).toBe(last);
    }
    expect(seen).toHaveLength(4);
  });

  test('is refused while another run trains the same trainer, and changes neither', async () => {
    const { trainer, seen } = countingTrainer();
    const [run, second] = [createRun(trainer, source(2), { epochs: 1 }), createRun(trainer, source(2), { epochs: 1 })];
    const end = run.start();
    await expect(second.start()).rejects.toThrow(
      'run.start: `trainer` must be trained by one run at a time; got a second run. Stop the other one first: await run.stop().',
    );
    expect(second.snapshot().status).toBe('idle');
    expect((await end).status).toBe('finished');
    expect((await second.start()).status, 'and is free after its end').toBe('finished');
    expect(seen).toHaveLength(4);
  });
});

describe('start for some steps', () => {
  test('makes this number of updates, and a last report with validation, without an abort', async () => {
    const signals: boolean[] = [];
    const onReport: RunOptions['onReport'] = (_, { aborted }) => void signals.push(aborted);
    const run = createRun(countingTrainer().trainer, source(5), { epochs: 2, validation: rowsOf(1), onReport });
    const last = await run.start({ steps: 3 });
    expect(last).toMatchObject({ status: 'stopped', step: 3, epoch: 1, report: { step: 3, validation: { loss: 1 } } });
    expect(signals).toEqual([false]);
    expect(await run.start({ steps: 50 })).toMatchObject({ status: 'finished', step: 10, epoch: 2 });
  });

  test('can be stopped before them', async () => {
    const { trainer, seen } = interrupting((update) => void (update === 2 && run.stop()));
    const run = createRun(trainer, source(5), { epochs: 2 });
    expect(await run.start({ steps: 4 })).toMatchObject({ status: 'stopped', step: 2 });
    expect(seen).toHaveLength(2);
  });

  test('while it is running changes nothing, with any options', async () => {
    const run = createRun(countingTrainer().trainer, source(5), { epochs: 2 });
    const few = run.start({ steps: 3 });
    expect(run.start()).toBe(few);
    expect(run.start({ steps: 1 })).toBe(few);
    expect(await few).toMatchObject({ status: 'stopped', step: 3 });
    const all = run.start();
    expect(run.start({ steps: 1 })).toBe(all);
    expect(await all).toMatchObject({ status: 'finished', step: 10 });
  });

  test('restarts the epoch of a function each time', async () => {
    const { trainer, seen } = countingTrainer();
    async function* data() {
      yield* [1, 2].map((rows) => tf.ones([rows, 2]));
    }
    const run = createRun(trainer, data, { epochs: 1 });
    await run.start({ steps: 1 });
    await run.start({ steps: 1 });
    expect(seen).toEqual([1, 1]);
    expect(await run.start()).toMatchObject({ status: 'finished', step: 4 });
  });

  test('updates only the requested players of a game', async () => {
    const { trainer, data } = tinyGan();
    const run = createRun(trainer, data, { epochs: 3 });
    await run.start({ steps: 2, players: ['discriminator'] });
    await run.start({ steps: 3, players: ['generator'] });
    expect(await run.start({ steps: 1 })).toMatchObject({ status: 'stopped', step: 6, totalSteps: 6 });
    expect(trainer.state.plain).toMatchObject({ steps: 6, updates: { discriminator: 3, generator: 4 } });
    const before = run.snapshot();
    await expect(run.start({ players: ['critic'] })).rejects.toThrow(
      "run.start: `players` must be an array of the trainer's players, among generator, discriminator; got ['critic'].",
    );
    expect(run.snapshot()).toBe(before);
    tf.disposeVariables();
  });

  test.each<[unknown, string]>([
    [{ players: ['a'] }, "run.start: `players` must be an array of the trainer's players, among none; got ['a']."],
    [{ steps: 0 }, 'run.start: `steps` must be a positive integer; got 0.'],
    [{ steps: 1.5 }, 'run.start: `steps` must be a positive integer; got 1.5.'],
    [{ steps: '3' }, "run.start: `steps` must be a number; got '3'."],
    [
      { isTrusted: true },
      "run.start: `options` must be an object with the keys steps, players; got the key 'isTrusted'.",
    ],
    [3, 'run.start: `options` must be an object with the keys steps, players; got 3.'],
  ])('refuses %j, before and while it runs, and changes nothing', async (options, says) => {
    const run = createRun(countingTrainer().trainer, source(2), { epochs: 1 });
    const before = run.snapshot();
    await expect(run.start(options as never)).rejects.toThrow(says);
    expect(run.snapshot()).toBe(before);
    const end = run.start();
    await expect(run.start(options as never)).rejects.toThrow(says);
    expect((await end).status).toBe('finished');
  });
});

describe('stop', () => {
  test('ends the run after the update under way, with a last report', async () => {
    const { trainer, seen } = interrupting((update) => void (update === 3 && run.stop()));
    const run = createRun(trainer, source(5), { epochs: 2 });
    const last = await run.start();
    expect(last).toMatchObject({ status: 'stopped', step: 3, epoch: 1 });
    expect(last.history.map(({ step }) => step)).toEqual([3]);
    expect(seen).toHaveLength(3);
  });

  test('resolves to the snapshot at rest, at once if the run is not under way', async () => {
    const run = createRun(countingTrainer().trainer, source(5), { epochs: 1e6 });
    expect((await run.stop()).status).toBe('idle');
    void run.start();
    await vi.waitUntil(() => run.snapshot().step > 0);
    const last = await run.stop();
    expect(last.status).toBe('stopped');
    expect(last).toBe(run.snapshot());
    expect(await run.stop()).toBe(last);
  });

  test('resolves also if the run fails meanwhile; the error is that of start', async () => {
    let stopped: Promise<RunSnapshot> | undefined;
    const { trainer } = interrupting(() => {
      stopped = run.stop();
      throw new Error('no update');
    });
    const run = createRun(trainer, rowsOf(3), { epochs: 1 });
    await expect(run.start()).rejects.toThrow('no update');
    expect(await stopped).toBe(run.snapshot());
    expect(run.snapshot().status).toBe('failed');
  });

  test('does not wait for data that do not come', async () => {
    async function* camera(): AsyncGenerator<tf.Tensor> {
      yield tf.ones([1, 2]);
      await new Promise(() => undefined);
    }
    const run = createRun(countingTrainer().trainer, camera, { steps: 5, progressEvery: 1 });
    void run.start();
    await vi.waitUntil(() => run.snapshot().step === 1);
    expect(await run.stop()).toMatchObject({ status: 'stopped', step: 1 });
  });

  test.each<[string, () => DataSource, number]>([
    ['batches', () => source(3), 6],
    ['an array', () => rowsOf(3), 6],
    // the current epoch starts over: 2 + 3 + 3
    [
      'a function',
      () =>
        async function* () {
          yield* [1, 2, 3].map(() => tf.ones([1, 2]));
        },
      8,
    ],
  ])('and another start make as many updates of %s as are due', async (_, data, updates) => {
    const { trainer, seen } = interrupting((update) => void (update === 2 && run.stop()));
    const run = createRun(trainer, data(), { epochs: 2 });
    expect(await run.start()).toMatchObject({ status: 'stopped', step: 2, epoch: 1 });
    expect(await run.start()).toMatchObject({ status: 'finished', step: updates, epoch: 2 });
    expect(seen).toHaveLength(updates);
  });

  test.each([1, 2, 3, 4, 5])('after update %i of 6 leaves the reports and counts of one run', async (at) => {
    const { trainer } = interrupting((update) => void (update === at && run.stop()));
    const run = createRun(trainer, rowsOf(3), { epochs: 2, reportEvery: 2 });
    await run.start();
    const { history, ...last } = await run.start();
    expect(last).toMatchObject({ status: 'finished', step: 6, epoch: 2 });
    const steps = [...new Set([2, 4, at, 6])].sort();
    expect(history.map(({ step, epoch }) => [step, epoch])).toEqual(steps.map((step) => [step, step > 3 ? 2 : 1]));
  });
});

describe('a stop', () => {
  type Run = ReturnType<typeof createRun>;
  const runOf = (options: Partial<RunOptions>, data: DataSource = source(3)): Run =>
    createRun(countingTrainer().trainer, data, { steps: 6, reportEvery: 1, ...options });
  const rowsAfter = (stop: () => Promise<unknown>) =>
    async function* () {
      await stop();
      yield* rowsOf(3);
    };
  const inPage = (make: () => Run): Run => {
    vi.stubGlobal('process', { ...process, getBuiltinModule: undefined });
    try {
      return make();
    } finally {
      vi.unstubAllGlobals();
    }
  };
  const inSeconds = (seconds: number) => vi.advanceTimersByTimeAsync(1000 * seconds);

  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  test.each<[string, (stop: () => Promise<unknown>) => Run]>([
    ['onReport', (stop) => runOf({ onReport: stop })],
    ['onReport, after a read', (stop) => runOf({ onReport: () => tf.ones([1]).data().then(stop) })],
    ['the data', (stop) => runOf({}, rowsAfter(stop))],
    ['the data of a validation', (stop) => runOf({ validation: rowsAfter(stop) })],
  ])('can be awaited by %s', async (_, make) => {
    let calls = 0;
    const run: Run = make(async () => {
      if (++calls > 1) return;
      const [stopped] = await Promise.all([run.stop(), inSeconds(2)]);
      expect(stopped.status).toBe('running');
    });
    const last = await run.start();
    expect(last).toMatchObject({ status: 'stopped', error: undefined });
    expect(last.step).toBeLessThan(6);
    expect(await run.start()).toMatchObject({ status: 'finished', step: 6 });
  });

  test.each<[string, (start: () => Promise<unknown>) => Run]>([
    ['onReport', (start) => runOf({ onReport: start })],
    ['the data', (start) => runOf({}, rowsAfter(start))],
    ['onReport of a page', (start) => inPage(() => runOf({ onReport: start }))],
  ])('is not needed for a start to be awaited by %s', async (_, make) => {
    let calls = 0;
    const run: Run = make(async () => {
      if (++calls > 1) return;
      const [started] = await Promise.all([run.start(), inSeconds(2)]);
      expect(started.status).toBe('running');
    });
    expect(await run.start()).toMatchObject({ status: 'finished', step: 6 });
    expect(calls).toBeGreaterThan(0);
  });

  test('from elsewhere still waits for onReport, however long that computes nothing', async () => {
    const [save, saved] = [withResolver(), withResolver()];
    const run = runOf({ onReport: () => (save.resolve(), saved.promise) });
    const end = run.start();
    await save.promise;
    const states: string[] = [];
    const stop = run.stop().then(({ status }) => void states.push(status));
    await inSeconds(20);
    expect(states).toEqual([]);
    saved.resolve();
    await stop;
    expect([states, (await end).step]).toEqual([['stopped'], 1]);
  });

  test('in a page, where nothing tells who calls, waits for onReport as long as it computes', async () => {
    const [drawing, drawn] = [withResolver(), withResolver()];
    const run = inPage(() => runOf({ onReport: () => (drawing.resolve(), drawn.promise) }));
    const end = run.start();
    await drawing.promise;
    const states: string[] = [];
    const stop = run.stop().then(({ status }) => void states.push(status));
    for (let second = 0; second < 5; second++) {
      tf.tidy(() => tf.ones([1]));
      await inSeconds(1);
    }
    expect(states).toEqual([]);
    await inSeconds(1);
    await stop;
    expect(states).toEqual(['running']);
    drawn.resolve();
    expect(await end).toMatchObject({ status: 'stopped', step: 1 });
  });
});

function withResolver() {
  let resolve!: () => void;
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve };
}

describe('a signal', () => {
  test('stops the run as `stop` does', async () => {
    const stop = new AbortController();
    const { trainer, seen } = interrupting((update) => update === 2 && stop.abort());
    const run = createRun(trainer, source(5), { epochs: 2, signal: stop.signal });
    expect((await run.start()).status).toBe('stopped');
    expect((await run.start()).status, 'an aborted signal stays aborted').toBe('stopped');
    expect(seen).toHaveLength(2);
  });

  test('aborted before the start: no update and no report', async () => {
    for (const data of [source(2), () => source(2)]) {
      const { trainer, seen } = countingTrainer();
      const run = createRun(trainer, data, { epochs: 1, signal: AbortSignal.abort() });
      expect(await run.start()).toMatchObject({ status: 'stopped', step: 0, history: [] });
      expect(seen).toEqual([]);
    }
  });

  test('keeps no listener of a run that has ended', async () => {
    const { signal } = new AbortController();
    const [add, remove] = [vi.spyOn(signal, 'addEventListener'), vi.spyOn(signal, 'removeEventListener')];
    await createRun(countingTrainer().trainer, source(2), { epochs: 1, signal }).start();
    expect(add.mock.calls.length).toBeGreaterThan(0);
    expect(remove.mock.calls.map(([, listener]) => listener)).toEqual(add.mock.calls.map(([, listener]) => listener));
  });
});

describe('a run that fails', () => {
  test.each<[string, DataSource]>([
    ['batches', source(3)],
    ['an array', rowsOf(3)],
  ])('says why, and goes on with the same batch of %s at the next start', async (_, data) => {
    let broken = true;
    const { trainer, seen } = interrupting((update) => {
      if (broken && update === 3) throw new RangeError('out of memory');
    });
    const run = createRun(trainer, data, { epochs: 2 });
    await withoutLeak(() => expect(run.start()).rejects.toThrow('out of memory'));
    expect(run.snapshot()).toMatchObject({
      status: 'failed',
      step: 2,
      epoch: 1,
      error: { name: 'RangeError', message: 'out of memory' },
    });
    broken = false;
    const last = await run.start();
    expect(last).toMatchObject({ status: 'finished', step: 6, error: undefined });
    expect(seen).toHaveLength(6);
  });

  test('by its data leaves the trainer free', async () => {
    async function* broken(): AsyncGenerator<tf.Tensor> {
      yield tf.ones([1, 2]);
      throw new Error('no data');
    }
    const { trainer } = countingTrainer();
    await expect(createRun(trainer, broken, { steps: 5 }).start()).rejects.toThrow('no data');
    expect((await createRun(trainer, source(2), { epochs: 1 }).start()).status).toBe('finished');
  });
});

describe('onReport', () => {
  test('comes after the listeners, and training waits for it', async () => {
    const order: string[] = [];
    const { trainer } = interrupting((update) => void order.push(`update ${update}`));
    const run = createRun(trainer, source(1), {
      epochs: 2,
      onReport: async (report) => {
        expect(report).toBe(run.snapshot().report);
        await new Promise((resolve) => setTimeout(resolve, 5));
        order.push(`drawn ${report.epoch}`);
      },
    });
    run.subscribe(({ report }) => void (report && order.push(`listened ${report.epoch}`)));
    await run.start();
    expect(order).toEqual(['update 1', 'listened 1', 'drawn 1', 'update 2', 'listened 2', 'drawn 2', 'listened 2']);
  });

  test('that throws ends the run', async () => {
    const onReport = () => Promise.reject(new Error('no canvas'));
    const run = createRun(countingTrainer().trainer, source(1), { epochs: 2, onReport });
    await withoutLeak(() => expect(run.start()).rejects.toThrow('no canvas'));
    expect(run.snapshot()).toMatchObject({ status: 'failed', step: 1, error: { message: 'no canvas' } });
  });

  test('that gives up because the run is to stop, as a sampler with the signal does, does not fail it', async () => {
    const random = createRandom(1);
    const untrained = createDenoiser(denoisingMlp({ size: 2, width: 4, random }), {
      schedule: cosineSchedule({ steps: 4 }),
      predicts: predictVelocity,
    });
    const onReport: RunOptions['onReport'] = async (_, signal) => {
      void run.stop();
      await sampleDdim(untrained, { shape: [1, 2], random, signal });
    };
    const run = createRun(countingTrainer().trainer, source(1), { epochs: 2, onReport });
    expect(await run.start()).toMatchObject({ status: 'stopped', step: 1 });
  });
});

test('a run is stopped by a verdict, and can continue', async () => {
  const { trainer } = countingTrainer();
  const judge: Observer = { report: () => [{ kind: 'enough', message: '' }] };
  const run = createRun(trainer, source(2), { epochs: 2, observers: [judge, stopOn(({ kind }) => kind === 'enough')] });
  expect(await run.start()).toMatchObject({ status: 'stopped', step: 2 });
  expect(await run.start()).toMatchObject({ status: 'finished', step: 4 });
});

test.each<[string, object, RegExp]>([
  ['neither epochs nor steps', {}, /createRun: `options` must have `epochs` or `steps`/],
  [
    'a misspelt option',
    { epochs: 1, onreport: () => 0 },
    /createRun: `options` must be .* onReport; got the key 'onreport'/,
  ],
  [
    '`progressEvery` 0',
    { epochs: 1, progressEvery: 0 },
    /createRun: `progressEvery` must be a positive integer; got 0/,
  ],
  ['`historyLimit` 1.5', { epochs: 1, historyLimit: 1.5 }, /createRun: `historyLimit`/],
  ['`onReport` true', { epochs: 1, onReport: true }, /createRun: `onReport` must be a function; got true/],
])('a run is refused with %s', (_, options, message) => {
  expect(() => createRun(countingTrainer().trainer, source(1), options)).toThrow(message);
});
