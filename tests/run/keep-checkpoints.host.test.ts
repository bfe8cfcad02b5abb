import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createAdam, describeCheckpoint, fit, loadCheckpoint } from '../../src/index.js';
import { createRun, keepCheckpoints, type KeepOptions } from '../../src/run/index.js';
import { note } from '../../src/tensor/made-by.js';
import { snapshot, tinyVae } from '../training/sample.js';
import { memoryStore } from './memory-store.js';

afterEach(() => tf.disposeVariables());

const make = (seed = 1) => tinyVae(createAdam({ learningRate: 0.05 }), { seed });

/** Keeps checkpoints of these values, one an epoch; the values that are kept then. */
async function keepAll(values: readonly number[], options: Partial<KeepOptions>, memory = memoryStore()) {
  const { trainer } = make();
  const keep = keepCheckpoints({ store: memory.store, ...options });
  for (const [i, value] of values.entries()) {
    tf.dispose({ ...trainer.step(tf.zeros([1, 6])) });
    await keep.save(trainer, { value, epoch: i + 1 });
  }
  return { keep, ...memory, kept: (await keep.list()).map(({ epoch }) => epoch) };
}

describe('kept checkpoints', () => {
  const values = [3, 1, 4, 1, 5, NaN, 2];
  test.each<[string, Partial<KeepOptions>, number[]]>([
    ['the last alone, by default', {}, [7]],
    ['the last three', { last: 3 }, [5, 6, 7]],
    ['more than there are', { last: 9 }, [1, 2, 3, 4, 5, 6, 7]],
    ['the last and the best', { best: { metric: 'loss', goal: 'max' } }, [5, 7]],
    ['the earlier of two that are equally good', { best: { metric: 'loss', goal: 'min' } }, [2, 7]],
    ['the last two and the three best', { last: 2, best: { metric: 'loss', goal: 'max', count: 3 } }, [1, 3, 5, 6, 7]],
  ])('is %s', async (_, options, epochs) => {
    const { kept, files } = await keepAll(values, options);
    expect(kept).toEqual(epochs);
    const names = epochs.map((epoch) => `run-00000000${epoch}.safetensors`);
    expect([...files.keys()].sort()).toEqual([...names, 'run.json']);
  });

  test('is never the best if its value is not finite', async () => {
    const { keep } = await keepAll([NaN, Infinity], { best: { metric: 'loss', goal: 'max' } });
    expect(await keep.load('best')).toBeUndefined();
    expect(await keep.load('latest')).toBeDefined();
  });

  test('is undefined before the first save', async () => {
    const { keep } = await keepAll([], { best: { metric: 'loss', goal: 'max' } });
    expect([await keep.load('latest'), await keep.load('best'), await keep.list()]).toEqual([undefined, undefined, []]);
  });

  test('does not change anything else in the store', async () => {
    const memory = memoryStore();
    const others = ['other-000000001.safetensors', 'run-1.safetensors', 'run-000000001.safetensors.txt', 'runs.json'];
    for (const name of others) memory.files.set(name, new Uint8Array(1));
    await keepAll([1, 2], {}, memory);
    expect([...memory.files.keys()]).toEqual(expect.arrayContaining(others));
    expect(memory.files.size).toBe(others.length + 2);
  });
});

test('a save that is killed at any moment leaves the latest and the best, and the next save removes the rest', async () => {
  const best = { metric: 'loss', goal: 'max' } as const;
  const values = [5, 1, 2, 3, 9];
  const whole = await keepAll(values, { last: 2, best });
  for (let changes = 0; changes < 4; changes++) {
    const memory = memoryStore();
    await keepAll(values.slice(0, 4), { last: 2, best }, memory);
    const before = new Map(memory.files);
    memory.dieAfter(changes);
    const { trainer } = make();
    for (let i = 0; i < 5; i++) tf.dispose({ ...trainer.step(tf.zeros([1, 6])) });
    const dying = keepCheckpoints({ store: memory.store, last: 2, best });
    const death = expect(dying.save(trainer, { value: 9, epoch: 5 })).rejects.toThrow('killed');
    await death;

    // the next process sees the files alone
    const next = memoryStore(memory.files);
    const keep = keepCheckpoints({ store: next.store, last: 2, best });
    const list = await keep.list();
    // before the index is written nothing is new, from then on all
    expect(list.map(({ epoch }) => epoch)).toEqual(changes < 2 ? [1, 3, 4] : [4, 5]);
    expect(await keep.load('best')).toEqual(
      changes < 2 ? before.get('run-000000001.safetensors') : next.files.get('run-000000005.safetensors'),
    );
    for (const { name } of list) expect(next.files.get(name)).toBeDefined();
    await loadCheckpoint(make(3).trainer, (await keep.load('latest'))!);
    await keep.save(trainer, { value: 9, epoch: 5 });
    expect([...next.files.keys()].sort()).toEqual([...whole.files.keys()].sort());
    expect(await keep.list()).toEqual(await whole.keep.list());
  }
});

describe('as an observer of a run', () => {
  const process = (files: Map<string, Uint8Array>, seed: number, goal: 'min' | 'max' = 'max') => {
    const vae = make(seed);
    const best = { metric: 'val_elbo', goal, count: 2 };
    const keep = keepCheckpoints({ store: memoryStore(files).store, last: 2, best, metadata: { sizes: [6, 8] } });
    return { ...vae, keep, observers: [keep] };
  };
  const validation = () => [tf.fill([2, 6], 0.25)];

  test('it continues in the next process with the same best checkpoint and the same run, bit for bit', async () => {
    // the first are the best
    const straight = process(new Map(), 1, 'min');
    const { trainer, data, observers } = straight;
    await fit(trainer, data, { epochs: 6, validation: validation(), observers });
    const expected = { list: await straight.keep.list(), run: await snapshot(trainer) };
    expect(expected.list.length).toBeGreaterThanOrEqual(3);

    const files = new Map<string, Uint8Array>();
    for (let epoch = 0; epoch < 6; epoch++) {
      const { trainer, data, observers, keep } = process(files, epoch + 1, 'min');
      const saved = await keep.load('latest');
      expect(saved === undefined).toBe(epoch === 0);
      if (saved !== undefined) await loadCheckpoint(trainer, saved, { data, observers });
      await fit(trainer, data, { epochs: 1, validation: validation(), observers });
      if (epoch < 5) continue;
      expect(await keep.list()).toEqual(expected.list);
      expect(await snapshot(trainer)).toEqual(expected.run);
      expect(describeCheckpoint((await keep.load('best'))!).metadata).toEqual({ sizes: [6, 8] });
    }
  });

  test('the best is the checkpoint whose model has the best metric', async () => {
    const { trainer, data, observers, keep } = process(new Map(), 1);
    const { history } = await fit(trainer, data, { epochs: 5, validation: validation(), observers });
    const top = Math.max(...history.val_elbo!);
    const other = make(9);
    await loadCheckpoint(other.trainer, (await keep.load('best'))!, { data: null, observers: null });
    const metrics = other.trainer.evaluate(validation()[0]!);
    expect((await metrics.elbo.data())[0]).toBeCloseTo(top, 5);
    expect(other.trainer.steps).toBe(3 * (history.val_elbo!.indexOf(top) + 1));
  });

  test('it saves every second epoch if `every` is 2', async () => {
    const { trainer, data } = make();
    const keep = keepCheckpoints({ store: memoryStore().store, last: 9, every: 2 });
    await fit(trainer, data, { epochs: 5, observers: [keep] });
    expect((await keep.list()).map(({ epoch, step }) => [epoch, step])).toEqual([
      [2, 6],
      [4, 12],
    ]);
  });

  test('a new run is rejected before the first update if the store has another run of its name', async () => {
    const files = new Map<string, Uint8Array>();
    const first = process(files, 1);
    await fit(first.trainer, first.data, { epochs: 1, validation: validation(), observers: first.observers });
    const { trainer, data, observers } = process(files, 2);
    await expect(fit(trainer, data, { epochs: 1, validation: validation(), observers })).rejects.toThrow(
      'keepCheckpoints: `store` must not have another run of this name; got one whose first checkpoint is of step 3, where the ' +
        "trainer is at 0. Continue from `load('latest')`, or use another `run`.",
    );
    expect(trainer.steps).toBe(0);
  });
});

describe('an index', () => {
  test('that is missing is made from the existing checkpoints', async () => {
    const { keep, files } = await keepAll([1, 2, 3], { last: 2 });
    files.delete('run.json');
    expect((await keep.list()).map(({ step, value }) => [step, value])).toEqual([
      [2, null],
      [3, null],
    ]);
  });

  test.each(['', '{', '[]', '{"format":"x","kept":[]}', '{"format":"tfjs-generative kept checkpoints 1","kept":[1]}'])(
    'that is not ours is refused: %s',
    async (text) => {
      const { keep, files } = await keepAll([1], {});
      files.set('run.json', new TextEncoder().encode(text));
      await expect(keep.load('latest')).rejects.toThrow(
        'must hold an index that keepCheckpoints has written; got another run.json',
      );
    },
  );
});

describe('two keepers of one name in a store', () => {
  const says =
    /^keepCheckpoints: `store` must be used by only one run of this name; got a second run 'run'\. End the other/;

  test.each(['both from the start', 'both from a kept checkpoint'])(
    '%s: the second to save is refused',
    async (how) => {
      const memory = memoryStore();
      if (how === 'both from a kept checkpoint') await keepAll([1], {}, memory);
      const keepers = [0, 1].map(() => keepCheckpoints({ store: memory.store, best: { metric: 'loss', goal: 'min' } }));
      for (const keep of keepers) await keep.list();
      const trainers = [make(1).trainer, make(2).trainer];
      for (const trainer of trainers) for (let i = 0; i < 2; i++) tf.dispose({ ...trainer.step(tf.zeros([1, 6])) });
      await keepers[0]!.save(trainers[0]!, { value: 0.5, epoch: 2 });
      const before = new Map(memory.files);
      await expect(keepers[1]!.save(trainers[1]!, { value: 0.1, epoch: 2 })).rejects.toThrow(says);
      expect(memory.files).toEqual(before);
      await keepers[0]!.save(trainers[0]!, { value: 0.4, epoch: 3 });
    },
  );

  test('of which one was killed: the next one continues', async () => {
    const memory = memoryStore();
    await keepAll([1, 2], {}, memory);
    const { kept } = await keepAll([3], {}, memory);
    expect(kept).toEqual([1]);
  });

  test('in runs of two tabs: the second is rejected before its first update, and continues when the first has ended', async () => {
    const held = new Map<string, Promise<unknown>>();
    // as the browser's: a lock is given when it is free, or not once the signal is aborted
    const request = async (name: string, { signal }: { signal: AbortSignal }, work: () => Promise<void>) => {
      const aborted = new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
      while (held.has(name)) await Promise.race([held.get(name), aborted]);
      const end = work();
      held.set(name, end);
      await end;
      held.delete(name);
    };
    vi.stubGlobal('navigator', { locks: { request } });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const store = Object.freeze(note(memoryStore().store, { kind: 'browserStore', options: { database: 'x' } }));
      const runOf = (seed: number, trainer = make(seed).trainer) => {
        const observers = [keepCheckpoints({ store })];
        let waiting: Promise<void> | undefined;
        let goOn!: () => void;
        const hold = (): void => void (waiting = new Promise((resolve) => (goOn = resolve)));
        const run = createRun(trainer, [tf.zeros([1, 6])], { epochs: 3, observers, onReport: () => waiting });
        return { trainer, run, hold, goOn: () => goOn() };
      };
      const first = runOf(1);
      let end: Promise<unknown> | undefined;
      const second = runOf(2);
      // the first run waits while the second begins
      first.run.subscribe(({ epoch, status }) => {
        if (epoch === 1 && status === 'running') end ??= second.run.start().catch((error: unknown) => error);
      });
      first.hold();
      const started = first.run.start();
      await vi.waitFor(() => expect(end).toBeDefined());
      await vi.advanceTimersByTimeAsync(5000);
      expect(String(await end)).toMatch(/must be used by only one run of this name/);
      expect(second.trainer.steps).toBe(0);
      first.goOn();
      expect(await started).toMatchObject({ status: 'finished' });
      expect(await runOf(1, first.trainer).run.start()).toMatchObject({ status: 'finished' });
    } finally {
      vi.useRealTimers();
      vi.unstubAllGlobals();
    }
  });

  test('in a page whose locks are denied: a run is not rejected because of another one', async () => {
    const request = () => Promise.reject(new DOMException('denied', 'SecurityError'));
    vi.stubGlobal('navigator', { locks: { request } });
    try {
      const store = Object.freeze(note(memoryStore().store, { kind: 'browserStore', options: { database: 'x' } }));
      const run = createRun(make(1).trainer, [tf.zeros([1, 6])], {
        epochs: 1,
        observers: [keepCheckpoints({ store })],
      });
      expect(await run.start()).toMatchObject({ status: 'finished' });
    } finally {
      vi.unstubAllGlobals();
    }
  });
});
