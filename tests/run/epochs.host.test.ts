import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, test } from 'vitest';
import { count } from '../support/counts.js';
import {
  batches,
  createAdam,
  fit,
  loadCheckpoint,
  saveCheckpoint,
  train,
  type Json,
  type Observer,
  type TrainOptions,
} from '../../src/index.js';
import {
  createRun,
  reduceOnPlateau,
  stopEarly,
  stopOn,
  type RunOptions,
  type StartOptions,
} from '../../src/run/index.js';
import { followEpochs } from '../../src/run/observers/epoch-metric.js';
import { countingTrainer, pixels, snapshot, tinyVae, withoutLeak } from '../training/sample.js';

afterEach(() => tf.disposeVariables());

/** A run of three batches an epoch, whose rate falls whenever a metric does not rise by much, and which then ends. */
function make(metric: string, seed = 1) {
  const rate = reduceOnPlateau({ from: 0.05, metric, goal: 'max', patience: 1, factor: 0.6, minChange: 0.3 });
  const stop = stopEarly({ metric, goal: 'max', patience: 3, minChange: 0.25 });
  const vae = tinyVae(createAdam({ learningRate: rate }), { seed, averaged: true });
  const decided: [number, number][] = [];
  const note = followEpochs({ where: 'note', metric, decide: (value, epoch) => void decided.push([epoch, value]) });
  const observers: Observer[] = [rate, stop, note];
  // shuffled data have a place of their own
  const validation = batches(pixels, { batchSize: 5 });
  return { ...vae, rate, stop, observers, validation, decided };
}

type Made = ReturnType<typeof make>;
type Stops = { readonly stops?: boolean };

const placesOf = ({ data, validation, observers }: Made) => ({ data, validation, observers });

const statesOf = (observers: readonly Observer[]): Json[] => observers.map(({ state }) => state!());

const end = async (made: Made) => ({
  trainer: await snapshot(made.trainer),
  place: made.data.state(),
  observers: statesOf(made.observers),
  reason: made.stop.reason,
});

async function goOn({ trainer, data, observers, validation }: Made, options: TrainOptions): Promise<void> {
  for await (const report of train(trainer, data, { ...options, observers, validation })) void report;
}

describe.each(['val_elbo', 'elbo'])('observers of %s', (metric) => {
  const straight = async (options: TrainOptions) => {
    const made = make(metric);
    await goOn(made, options);
    return { made, ended: await end(made) };
  };

  test('reduce the rate and end the run with any `reportEvery`', async () => {
    const { made, ended } = await straight({ epochs: 60 });
    expect(made.stop.reason).toMatch(new RegExp(`^${metric} has not become better for 3 epochs: the best is -\\d`));
    expect(made.trainer.steps! % 3).toBe(0);
    expect(made.trainer.steps).toBeLessThan(180);
    expect(made.rate(0)).toBeLessThan(0.05 * 0.6 ** 2);
    for (const reportEvery of [1, 2, 3, 1000]) {
      const other = await straight({ epochs: 60, reportEvery });
      expect(other.ended).toEqual(ended);
      expect(other.made.decided).toEqual(made.decided);
    }
  });

  test('get the means over the epoch', async () => {
    const { made } = await straight({ epochs: 2 });
    const other = make(metric);
    const reports = [];
    for await (const report of train(other.trainer, other.data, { epochs: 2, validation: other.validation })) {
      const { metrics, validation } = report;
      reports.push([report.epoch, metric === 'elbo' ? metrics.elbo : validation!.elbo]);
    }
    expect(made.decided).toEqual(reports);
  });

  test('continue in another run from a checkpoint after any update, bit for bit', async () => {
    const { made, ended } = await straight({ epochs: 60 });
    const total = made.trainer.steps!;
    for (const cut of [1, 2, 3, 4, total - 3, total - 1, total]) {
      const first = make(metric);
      await goOn(first, { steps: cut });
      const bytes = await saveCheckpoint(first.trainer, placesOf(first));
      const second = make(metric, 7);
      await loadCheckpoint(second.trainer, bytes, placesOf(second));
      await goOn(second, { epochs: 60 });
      expect(await end(second)).toEqual(ended);
    }
    count('runs that were resumed bit for bit', 7);
  });

  test('continue from a checkpoint that is saved in the middle of a call, after any update, bit for bit', async () => {
    const { made, ended } = await straight({ epochs: 60 });
    const files: Uint8Array[] = [];
    const first = make(metric);
    const { data, validation, observers } = first;
    const onBatchEnd = async () => void files.push(await saveCheckpoint(first.trainer, placesOf(first)));
    await fit(first.trainer, data, { epochs: 60, validation, observers, callbacks: { onBatchEnd } });
    expect(await end(first)).toEqual(ended);
    expect(files).toHaveLength(made.trainer.steps!);
    for (const bytes of [files[0]!, files[1]!, files[2]!, files.at(-2)!]) {
      const second = make(metric, 7);
      await loadCheckpoint(second.trainer, bytes, placesOf(second));
      await goOn(second, { epochs: 60 });
      expect(await end(second)).toEqual(ended);
    }
    count('runs that were resumed bit for bit', 4);
  });

  test.each([
    ['batches', (made: Made) => made.data],
    ['an array', () => [0.2, 0.5, 0.8].map((value) => tf.fill([4, 6], value))],
  ])('go on in a run over %s that is stopped after each update, or started for a few', async (_, sourceOf) => {
    const ends = await Promise.all(
      [{}, { stops: true }, { steps: 1 }, { steps: 3 }].map(async ({ stops, ...limit }: StartOptions & Stops) => {
        const made = make(metric);
        const { observers, validation } = made;
        const options: RunOptions = { epochs: 60, observers, validation, progressEvery: 1 };
        const run = createRun(made.trainer, sourceOf(made), options);
        let last = 0;
        if (stops) {
          run.subscribe(({ step }) => {
            if (step > last) void run.stop();
            last = step;
          });
        }
        let starts = 0;
        while (run.snapshot().status !== 'finished') {
          await run.start(limit);
          if (starts++ > 400) throw new Error('it does not end');
        }
        expect(made.stop.reason).toBeDefined();
        const { step } = run.snapshot();
        // nothing is left to do
        expect((await run.start()).step).toBe(step);
        return { ...(await end(made)), decided: made.decided, step };
      }),
    );
    for (const { decided, trainer } of ends) {
      expect(decided).toEqual(ends[0]!.decided);
      expect(trainer).toEqual(ends[0]!.trainer);
    }
  });
});

test('validation is computed once where a report comes at the end of an epoch', async () => {
  const { trainer } = countingTrainer();
  let calls = 0;
  const counting: typeof trainer = { ...trainer, evaluate: (batch) => (calls++, trainer.evaluate(batch)) };
  const [data, validation] = [[tf.ones([1, 2]), tf.ones([1, 2])], [tf.zeros([1, 2])]];
  const observers = () => [stopEarly({ metric: 'val_loss', goal: 'min', patience: 9 })];
  await fit(counting, data, { epochs: 3, validation, observers: observers() });
  expect(calls).toBe(3);
  await fit(counting, data, { epochs: 3, validation, observers: observers(), reportEvery: 1 });
  expect(calls).toBe(3 + 6);
});

test('a run that is aborted at the end of an epoch applies the rules when it continues', async () => {
  const made = make('val_elbo');
  const controller = new AbortController();
  const { trainer, data, observers, validation, decided } = made;
  const abort = { onBatchEnd: (batch: number) => void (batch === 2 && controller.abort()) };
  await fit(trainer, data, { epochs: 3, observers, validation, signal: controller.signal, callbacks: abort });
  expect([trainer.steps, decided.length]).toEqual([3, 0]);
  await fit(trainer, data, { steps: 1, observers, validation });
  expect(decided.map(([epoch]) => epoch)).toEqual([1]);
});

test('a run that trained before it had observers calls them from its next epoch on', async () => {
  const { trainer, data, stop, validation, decided, observers } = make('elbo');
  await fit(trainer, data, { epochs: 1 });
  await fit(trainer, data, { epochs: 2, observers, validation });
  expect(decided.map(([epoch]) => epoch)).toEqual([1, 2]);
  expect((stop.state!() as { epochs: object }).epochs).toMatchObject({ epochs: 2 });
});

test('the observers of an epoch are awaited, and their errors end the run; no tensor is left', async () => {
  const { trainer } = countingTrainer();
  const data = [tf.ones([1, 2])];
  await withoutLeak(async () => {
    const observers = [{ afterEpoch: () => Promise.reject(new Error('full')) }];
    await expect(fit(trainer, data, { epochs: 3, observers })).rejects.toThrow('full');
  });
});

describe('an unknown metric', () => {
  const data = () => batches(tf.ones([4, 6]), { batchSize: 2 });
  const observersOf = (metric: string) => [stopEarly({ metric, goal: 'min', patience: 1 })];

  test.each([
    ['lose', 'fit: `observers` must use one of the metrics loss, elbo, logLikelihood, kl, val_loss', 1],
    ['val_lose', 'fit: `observers` must use one of the metrics', 2],
  ])('%s is refused by name', async (metric, says, steps) => {
    const { trainer } = tinyVae(createAdam({ learningRate: 0.1 }));
    const observers = observersOf(metric);
    await expect(fit(trainer, data(), { epochs: 2, validation: data(), observers })).rejects.toThrow(says);
    expect(trainer.steps).toBe(steps);
  });

  test('a metric of missing validation data is rejected before the first update', async () => {
    const { trainer } = tinyVae(createAdam({ learningRate: 0.1 }));
    const says = 'fit: `validation` must be given for the metric val_elbo; got undefined.';
    await expect(fit(trainer, data(), { epochs: 2, observers: observersOf('val_elbo') })).rejects.toThrow(says);
    expect(trainer.steps).toBe(0);
  });
});

test('a plateau is saved with its optimizer, even if it is not listed as an observer', async () => {
  const first = make('val_elbo');
  await goOn(first, { epochs: 4 });
  expect(first.rate(0)).toBeLessThan(0.05);
  const bytes = await saveCheckpoint(first.trainer);
  const second = make('val_elbo', 2);
  await loadCheckpoint(second.trainer, bytes);
  expect(second.rate.state()).toEqual(first.rate.state());
  const broken = {
    ...(first.trainer.state.plain as object),
    optimizer: { optimizer: 'adam', calls: 3, learningRate: {} },
  };
  expect(() => second.trainer.restore!(broken as never)).toThrow(
    'reduceOnPlateau.restore: `state.epoch` must be a number',
  );
  expect(second.trainer.state.plain).toEqual(first.trainer.state.plain);
});

test('a file with the states of observers requires them, and rejects others', async () => {
  const { trainer, data, observers, validation } = make('val_elbo');
  const bytes = await saveCheckpoint(trainer, { data, validation, observers });
  const others = { data, validation };
  await expect(loadCheckpoint(trainer, bytes, others)).rejects.toThrow(
    '`observers` must be given, because the file has its position',
  );
  await loadCheckpoint(trainer, bytes, { ...others, observers: null });
  const patient = [reduceOnPlateau({ from: 0.05, metric: 'val_elbo', goal: 'max', patience: 2 })];
  await expect(loadCheckpoint(trainer, bytes, { ...others, observers: patient })).rejects.toThrow(
    'got observers.0.factor 0.5',
  );
  const waive = ['observers'];
  const says = 'loadCheckpoint: `observers` must be as many as in the file';
  await expect(loadCheckpoint(trainer, bytes, { ...others, observers: patient, waive })).rejects.toThrow(says);
});

test('a broken state changes nothing', () => {
  const { rate, stop } = make('elbo');
  for (const observer of [rate, stop]) {
    const state = observer.state!() as Record<string, unknown>;
    const epochs = state['epochs'] as object;
    for (const broken of [
      null,
      {},
      { ...state, since: -1 },
      { ...state, best: 'x' },
      { ...state, best: 3, epochs: null },
      { ...state, best: 3, epochs: { ...epochs, epochs: -1 } },
      { ...state, best: 3, epochs: { ...epochs, sum: 'x' } },
      { ...state, best: 3, epochs: { ...epochs, current: 0.5 } },
    ]) {
      expect(() => observer.restore!(broken as never)).toThrow(/(reduceOnPlateau|stopEarly).restore: `state/);
      expect(observer.state!()).toEqual(state);
    }
  }
});

describe('a plateau in an optimizer', () => {
  test('observes each run of the trainer, listed among the observers or not', async () => {
    const [listed, alone] = [make('elbo'), make('elbo')];
    await fit(listed.trainer, listed.data, { epochs: 6, observers: [listed.rate] });
    await fit(alone.trainer, alone.data, { epochs: 6 });
    expect(alone.rate(0)).toBeLessThan(0.05);
    expect(alone.rate.state()).toEqual(listed.rate.state());
    expect(await snapshot(alone.trainer)).toEqual(await snapshot(listed.trainer));
  });
});

describe('stopOn', () => {
  const verdict = { kind: 'a', message: 'a is wrong' };
  const judging: Observer = { report: ({ step }) => (step >= 2 ? [verdict] : []) };

  test('ends a call after a report with a matching verdict, and says why', async () => {
    const { trainer } = countingTrainer();
    const data = [tf.ones([1, 2])];
    for (let call = 0; call < 2; call++) {
      const stop = stopOn(({ kind }) => kind === 'a');
      const { epoch } = await fit(trainer, data, { epochs: 9, observers: [judging, stop] });
      expect([epoch.length, stop.verdict]).toEqual([2, verdict]);
    }
  });

  test('does not end the next call, or a call without a matching verdict', async () => {
    const { trainer } = countingTrainer();
    const data = [tf.ones([1, 2])];
    const [stop, other] = [stopOn(() => true), stopOn(({ kind }) => kind === 'b')];
    for (let call = 0; call < 2; call++)
      expect((await fit(trainer, data, { epochs: 9, observers: [judging, stop] })).epoch).toHaveLength(2);
    expect((await fit(trainer, data, { epochs: 4, observers: [judging, other] })).epoch).toHaveLength(4);
    expect(() => stopOn('a' as never)).toThrow('stopOn: `isReason` must be a function');
  });
});
