import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, test } from 'vitest';
import { count } from '../support/counts.js';
import { batches, createAdam, fit, loadCheckpoint, saveCheckpoint, train, type TrainOptions } from '../../src/index.js';
import {
  createRun,
  epochRules,
  reduceOnPlateau,
  stopEarly,
  type EpochRule,
  type RunOptions,
  type StartOptions,
} from '../../src/run/index.js';
import { countingTrainer, pixels, snapshot, tinyVae, withoutLeak } from '../training/sample.js';

afterEach(() => tf.disposeVariables());

/** A run of three batches an epoch, whose rate falls whenever a metric does not rise by much, and which then ends. */
function make(metric: string, seed = 1) {
  const rate = reduceOnPlateau({ from: 0.05, metric, goal: 'max', patience: 1, factor: 0.6, minChange: 0.3 });
  const stop = stopEarly({ metric, goal: 'max', patience: 3, minChange: 0.25 });
  const vae = tinyVae(createAdam({ learningRate: rate }), { seed, averaged: true });
  const decided: [number, number][] = [];
  const note: EpochRule = { metric, decide: (value, epoch) => void decided.push([epoch, value]) };
  const rules = epochRules([rate, stop, note]);
  // shuffled data have a place of their own
  const validation = batches(pixels, { batchSize: 5 });
  return { ...vae, rate, rules, validation, decided };
}

type Made = ReturnType<typeof make>;
type Stops = { readonly stops?: boolean };

const placesOf = ({ data, validation, rules }: Made) => ({ data, validation, rules });

const end = async (made: Made) => ({
  trainer: await snapshot(made.trainer),
  place: made.data.state(),
  rules: made.rules.state(),
  reason: made.rules.reason,
});

async function goOn({ trainer, data, rules, validation }: Made, options: TrainOptions): Promise<void> {
  for await (const report of train(trainer, data, { ...options, rules, validation })) void report;
}

describe.each(['val_elbo', 'elbo'])('rules that watch %s', (metric) => {
  const straight = async (options: TrainOptions) => {
    const made = make(metric);
    await goOn(made, options);
    return { made, ended: await end(made) };
  };

  test('reduce the rate and end the run with any `reportEvery`', async () => {
    const { made, ended } = await straight({ epochs: 60 });
    expect(made.rules.reason).toMatch(new RegExp(`^${metric} has not become better for 3 epochs: the best is -\\d`));
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
    const { data, validation, rules } = first;
    const onBatchEnd = async () => void files.push(await saveCheckpoint(first.trainer, placesOf(first)));
    await fit(first.trainer, data, { epochs: 60, validation, rules, callbacks: { onBatchEnd } });
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
        const { rules, validation } = made;
        const options: RunOptions = { epochs: 60, rules, validation, progressEvery: 1 };
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
        expect(rules.reason).toBeDefined();
        const { step } = run.snapshot();
        // nothing is left to do
        expect((await run.start()).step).toBe(step);
        const { rules: state, ...others } = await end(made);
        return { ...others, state, decided: made.decided, step };
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
  const rules = () => epochRules([stopEarly({ metric: 'val_loss', goal: 'min', patience: 9 })]);
  await fit(counting, data, { epochs: 3, validation, rules: rules() });
  expect(calls).toBe(3);
  await fit(counting, data, { epochs: 3, validation, rules: rules(), reportEvery: 1 });
  expect(calls).toBe(3 + 6);
});

test('a run that is aborted at the end of an epoch applies the rules when it continues', async () => {
  const made = make('val_elbo');
  const controller = new AbortController();
  const { trainer, data, rules, validation, decided } = made;
  const abort = { onBatchEnd: (batch: number) => void (batch === 2 && controller.abort()) };
  await fit(trainer, data, { epochs: 3, rules, validation, signal: controller.signal, callbacks: abort });
  expect([trainer.steps, decided.length]).toEqual([3, 0]);
  await fit(trainer, data, { steps: 1, rules, validation });
  expect(decided.map(([epoch]) => epoch)).toEqual([1]);
});

test('a run that trained before it had rules begins them with its next epoch', async () => {
  const { trainer, data, rules, validation, decided } = make('elbo');
  await fit(trainer, data, { epochs: 1 });
  await fit(trainer, data, { epochs: 2, rules, validation });
  expect(decided.map(([epoch]) => epoch)).toEqual([1, 2]);
});

test('an action is awaited, and what it throws ends the run; no tensor is left', async () => {
  const { trainer } = countingTrainer();
  const data = [tf.ones([1, 2])];
  await withoutLeak(async () => {
    const rules = epochRules([{ act: () => Promise.reject(new Error('full')) }]);
    await expect(fit(trainer, data, { epochs: 3, rules })).rejects.toThrow('full');
  });
});

describe('a metric that there is not', () => {
  const data = () => batches(tf.ones([4, 6]), { batchSize: 2 });
  const rulesOf = (metric: string) => epochRules([stopEarly({ metric, goal: 'min', patience: 1 })]);

  test.each([
    ['lose', 'train: `rules` must ask for one of the metrics loss, elbo, logLikelihood, kl, val_loss', 1],
    ['val_lose', 'train: `rules` must ask for one of the metrics', 2],
  ])('%s is refused by name', async (metric, says, steps) => {
    const { trainer } = tinyVae(createAdam({ learningRate: 0.1 }));
    const rules = rulesOf(metric);
    await expect(fit(trainer, data(), { epochs: 2, validation: data(), rules })).rejects.toThrow(says);
    expect(trainer.steps).toBe(steps);
  });

  test('a metric of missing validation data is rejected before the first update', async () => {
    const { trainer } = tinyVae(createAdam({ learningRate: 0.1 }));
    const says = 'train: `validation` must be given for the metric val_elbo; got undefined.';
    await expect(fit(trainer, data(), { epochs: 2, rules: rulesOf('val_elbo') })).rejects.toThrow(says);
    expect(trainer.steps).toBe(0);
  });
});

test('a plateau is saved with its optimizer, also without the rules', async () => {
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

test('a file with the state of rules asks for them, and refuses others', async () => {
  const { trainer, data, rules, validation } = make('val_elbo');
  const bytes = await saveCheckpoint(trainer, { data, validation, rules });
  const others = { data, validation };
  await expect(loadCheckpoint(trainer, bytes, others)).rejects.toThrow(
    '`rules` must be given, as the file holds its place',
  );
  await loadCheckpoint(trainer, bytes, { ...others, rules: null });
  const patient = epochRules([reduceOnPlateau({ from: 0.05, metric: 'val_elbo', goal: 'max', patience: 2 })]);
  await expect(loadCheckpoint(trainer, bytes, { ...others, rules: patient })).rejects.toThrow('got rules.0.factor 0.5');
  const waive = ['rules'];
  const says = 'epochRules.restore: `state.rules` must be those of 1 rules';
  await expect(loadCheckpoint(trainer, bytes, { ...others, rules: patient, waive })).rejects.toThrow(says);
});

test('a broken state changes nothing, in none of the rules', () => {
  const { rules } = make('elbo');
  const state = rules.state() as Record<string, unknown>;
  for (const broken of [null, {}, { ...state, epochs: -1 }, { ...state, means: {} }, { ...state, current: 0.5 }]) {
    expect(() => rules.restore(broken as never)).toThrow(/epochRules.restore: `state/);
    expect(rules.state()).toEqual(state);
  }
  const [first, ...more] = (state as { rules: unknown[] }).rules;
  const changed = { ...(first as object), value: 0.01 };
  for (const list of [
    [changed, { ...(more[0] as object), since: -1 }, null],
    [{ ...changed, value: 'x' }, ...more],
    [changed, null, null],
  ]) {
    expect(() => rules.restore({ ...state, epochs: 5, rules: list } as never)).toThrow(/restore: `state/);
    expect(rules.state()).toEqual(state);
  }
});

describe('a plateau that is not among the rules', () => {
  const kindsOf = async ({ trainer, data }: Made, options: TrainOptions) => {
    const kinds: string[][] = [];
    for await (const { verdicts } of train(trainer, data, options)) kinds.push(verdicts.map(({ kind }) => kind));
    return kinds;
  };

  test('gets a verdict from the second epoch on that says what to do', async () => {
    const made = make('elbo');
    expect(await kindsOf(made, { epochs: 3 })).toEqual([[], ['rule not in use'], []]);
    const often = make('elbo');
    const kinds = await kindsOf(often, { epochs: 3, reportEvery: 1 });
    expect(kinds.slice(0, 6).flat()).toEqual([]);
    expect(kinds.flat(), 'once').toEqual(['rule not in use']);
    for await (const { epoch, verdicts } of train(make('val_elbo').trainer, made.data, { epochs: 2 })) {
      if (epoch === 2) expect(verdicts[0]!.message).toMatch(/waits for the metric val_elbo.*2 epochs.*epochRules/);
    }
  });

  test('gets none where it is among them, where it is decided by hand, and in calls of one epoch', async () => {
    const among = make('elbo');
    expect((await kindsOf(among, { epochs: 3, rules: among.rules })).flat()).toEqual([]);
    const byHand = make('elbo');
    for await (const { epoch, metrics, verdicts } of train(byHand.trainer, byHand.data, { epochs: 4 })) {
      expect(verdicts).toEqual([]);
      byHand.rate.decide!(metrics.elbo, epoch);
    }
    const one = make('elbo');
    for (let epoch = 0; epoch < 3; epoch++) expect((await kindsOf(one, { epochs: 1 })).flat()).toEqual([]);
  });
});
