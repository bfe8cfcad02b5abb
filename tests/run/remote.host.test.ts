import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createAdam, type Trainer } from '../../src/index.js';
import {
  connectRun,
  createRun,
  serveRun,
  type ConnectOptions,
  type Run,
  type RunChannel,
  type RunOptions,
  type RunPort,
  type RunSettings,
  type RunSnapshot,
  type ServedRun,
} from '../../src/run/index.js';
import { countingTrainer, rowsOf, snapshot as snapshotOf, tinyVae, withoutLeak } from '../training/sample.js';

type Make = (settings: RunSettings, channel: RunChannel) => ServedRun<'loss'> | Promise<ServedRun<'loss'>>;

const ports: MessagePort[] = [];
afterEach(() => {
  ports.splice(0).forEach((port) => port.close());
  tf.disposeVariables();
});

/** A port as a browser has it, without the functions of Node. */
function ofTheWeb(port: MessagePort): RunPort {
  return {
    postMessage: (message: unknown, transfer?: never) =>
      port.postMessage(message, transfer as unknown as Transferable[]),
    addEventListener: (type, listener) => port.addEventListener(type, listener as unknown as EventListener),
    removeEventListener: (type, listener) => port.removeEventListener(type, listener as unknown as EventListener),
    start: () => port.start(),
  };
}

/** Both sides of a line; `posted` is what the worker's side has posted. */
function line(make: Make, options: ConnectOptions = {}, kind = (port: MessagePort): RunPort => port) {
  const { port1, port2 } = new MessageChannel();
  ports.push(port1, port2);
  const posted: unknown[] = [];
  const worker = kind(port1);
  const spied = Object.create(worker) as RunPort & { postMessage: unknown };
  for (const name of ['on', 'off', 'start', 'addEventListener', 'removeEventListener'] as const) {
    const own = (port1 as unknown as RunPort)[name];
    if (worker[name] !== undefined) Object.assign(spied, { [name]: own!.bind(port1) });
  }
  spied.postMessage = (message: unknown, transfer: never) => {
    posted.push(structuredClone(message));
    worker.postMessage.call(kind === undefined ? worker : port1, message, transfer);
  };
  const end = serveRun<RunSettings, 'loss'>(spied, make);
  return { run: connectRun<'loss'>(kind(port2), options), posted, end, port1, port2 };
}

const judging: Trainer<'loss'> = {
  ...countingTrainer().trainer,
  observers: [{ report: () => [{ kind: 'judged', message: 'as it was' }] }],
};

/** Every object in a value, and the value itself. */
function objectsIn(value: unknown): object[] {
  if (typeof value !== 'object' || value === null) return [];
  return [value, ...Object.values(value).flatMap(objectsIn)];
}

const cases: readonly [string, RunOptions<'loss'>][] = [
  ['of epochs', { epochs: 3 }],
  ['with progress and validation', { epochs: 2, progressEvery: 1, validation: rowsOf(1) }],
  ['whose history is short', { steps: 7, reportEvery: 1, historyLimit: 2 }],
  ['whose history is one report', { steps: 5, reportEvery: 1, historyLimit: 1 }],
];

const kinds = [
  ['of Node', undefined],
  ['of the web', ofTheWeb],
] as const;

describe.each(kinds)('over a port %s', (_, kind) => {
  test.each(cases)('a run %s gives the same snapshots as a local run, frozen', async (_name, options) => {
    const at = (watch: Run<'loss'>) => {
      const seen: RunSnapshot<'loss'>[] = [];
      watch.subscribe((snapshot) => void seen.push(snapshot));
      return seen;
    };
    const home = createRun(judging, rowsOf(2), options);
    const there = at(home);
    const { run } = line(() => createRun(judging, rowsOf(2), options), {}, kind);
    const here = at(run);
    const clock = vi.spyOn(performance, 'now').mockReturnValue(0);
    const [last, remote] = [await home.start(), await run.start()];
    clock.mockRestore();
    expect(remote).toEqual(last);
    expect(run.snapshot()).toBe(remote);
    // the first is received twice: before and after the run is made
    expect(here.slice(1)).toEqual(there);
    expect(
      objectsIn(here)
        .slice(1)
        .filter((object) => !Object.isFrozen(object)),
    ).toEqual([]);
    expect(remote.history.at(-1)).toBe(remote.report);
    // reports of earlier snapshots are the same objects
    const [, before] = [...here].reverse();
    expect(before!.report).toBe(remote.report);
  });

  test('stops, continues, and ends like a local run', async () => {
    let steps = 0;
    const trainer: Trainer<'loss'> = { ...judging, step: (batch) => (steps++, judging.step(batch)) };
    const { run } = line((settings) => createRun(trainer, rowsOf(4), settings), { settings: { epochs: 50 } }, kind);
    run.subscribe(({ history }) => void (history.length === 2 && run.stop()));
    const stopped = await run.start();
    expect(stopped.status).toBe('stopped');
    expect(steps).toBe(stopped.step);
    expect(steps).toBeLessThan(200);
    expect(await run.stop()).toBe(stopped);
    const [a, b] = [run.start(), run.start()];
    expect(a).toBe(b);
    expect(await a).toMatchObject({ status: 'finished', step: 200 });
    expect(steps).toBe(200);
    expect((await run.start()).status).toBe('finished');
  });

  test('makes the requested number of updates at each start', async () => {
    const { run } = line((settings) => createRun(judging, rowsOf(4), settings), { settings: { epochs: 50 } }, kind);
    expect(await run.start({ steps: 1 })).toMatchObject({ status: 'stopped', step: 1 });
    const few = run.start({ steps: 5 });
    expect(run.start()).toBe(few);
    expect(await few).toMatchObject({ status: 'stopped', step: 6 });
    const before = run.snapshot();
    await expect(run.start({ steps: 0 })).rejects.toThrow('run.start: `steps` must be a positive integer; got 0.');
    expect(run.snapshot()).toBe(before);
    await expect(run.start({ players: [] })).rejects.toThrow(
      "run.start: `players` must be an array of the trainer's players, such as discriminator; got [].",
    );
    await expect(run.start({ players: ['generator'] })).rejects.toThrow("of the trainer's players, among none; got");
    expect(run.snapshot()).toBe(before);
    const end = run.start({ steps: 1e6 });
    expect((await run.stop()).step).toBeLessThan(200);
    expect(await end).toBe(run.snapshot());
    expect(await run.start({ steps: 200 })).toMatchObject({ status: 'finished', step: 200 });
  });
});

test('a report is posted once, however long the history is', async () => {
  const { run, posted } = line(() => createRun(judging, rowsOf(1), { epochs: 40 }));
  await run.start();
  expect(JSON.stringify(posted).match(/"standing":\[\{"kind":"judged"/g)).toHaveLength(40);
  expect(run.snapshot().history).toHaveLength(40);
});

test('an existing history is posted as a whole', async () => {
  const home = createRun(judging, rowsOf(2), { epochs: 3 });
  await home.start();
  const { run } = line(() => home);
  expect(await run.start()).toEqual(home.snapshot());
});

describe('an error', () => {
  test('of an update rejects start by name and message, and is in the snapshot; the run can continue', async () => {
    let fails = true;
    const trainer: Trainer<'loss'> = {
      ...judging,
      step: (batch) => {
        if (fails) throw new RangeError('no update');
        return judging.step(batch);
      },
    };
    const { run } = line(() => createRun(trainer, rowsOf(2), { epochs: 1 }));
    const error = await run.start().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RangeError);
    expect(error).toMatchObject({ name: 'RangeError', message: 'no update' });
    expect(run.snapshot()).toMatchObject({ status: 'failed', error: { name: 'RangeError', message: 'no update' } });
    fails = false;
    expect(await run.start()).toMatchObject({ status: 'finished', step: 2 });
    expect(run.snapshot().error).toBeUndefined();
  });

  test('of the function that makes the run does as well, at once', async () => {
    const { run } = line((settings) => createRun(judging, rowsOf(2), settings), { settings: { epochs: 0 } });
    const says = 'createRun: `epochs` must be a positive integer; got 0.';
    const failed = new Promise((resolve) =>
      run.subscribe(({ status, error }) => status === 'failed' && resolve(error)),
    );
    expect(await failed).toEqual({ name: 'RangeError', message: says });
    await expect(run.start()).rejects.toThrow(says);
    expect((await run.stop()).status).toBe('failed');
  });

  test('of a second page is reported only to that page', async () => {
    const { run, port2 } = line(() => createRun(judging, rowsOf(2), { epochs: 1 }));
    const second = connectRun(port2 as never);
    await expect(second.start()).rejects.toThrow(
      /^connectRun: `port` must be connected once; got a second connection\./,
    );
    expect(await run.start()).toMatchObject({ status: 'finished' });
  });
});

test('a lost connection ends a start with one sentence, and every later one', async () => {
  const home = createRun(judging, rowsOf(2), { epochs: 1e6 });
  const { run, port1 } = line(() => home);
  const end = run.start();
  run.subscribe(({ step }) => void (step > 0 && port1.close()));
  await expect(end).rejects.toThrow(/^connectRun: `port` must last as long as the run; got its end\.$/);
  expect(run.snapshot()).toMatchObject({ status: 'failed', error: { name: 'Error' } });
  await expect(run.start()).rejects.toThrow('must last');
  expect(await run.stop()).toBe(run.snapshot());
  await vi.waitFor(() => expect(home.snapshot().status).toBe('stopped'));
});

test('close stops the run, and a start that waits rejects', async () => {
  const home = createRun(judging, rowsOf(2), { epochs: 1e6 });
  const { run } = line(() => home);
  const end = run.start();
  const seen = vi.fn();
  run.subscribe(({ step }) => void (step > 0 && run.close()));
  await expect(end).rejects.toThrow('run.start: `run` must be open; got one that was closed.');
  run.subscribe(seen);
  await vi.waitFor(() => expect(home.snapshot().status).toBe('stopped'));
  expect(run.snapshot().status).toBe('stopped');
  expect(seen).toHaveBeenCalledTimes(1);
});

describe('remake', () => {
  /** A worker's side that notes what happens to its runs, each named by its seed. */
  function noting(options: Partial<RunOptions<'loss'>> = {}) {
    const noted: string[] = [];
    const runs: Run<'loss'>[] = [];
    const make = ({ seed }: { readonly seed: number }): ServedRun<'loss'> => {
      noted.push(`made ${seed}`);
      const run = createRun(judging, rowsOf(2), { epochs: 1e6, ...options });
      runs.push(run);
      return { ...run, dispose: () => void noted.push(`disposed ${seed} ${run.snapshot().status}`) };
    };
    return { noted, runs, make: make as never };
  }

  test.each([
    ['of Node', undefined],
    ['of the web', ofTheWeb],
  ])('over a port %s ends and disposes the old run, whose start resolves, and makes the new one', async (_, kind) => {
    const { noted, runs, make } = noting({ progressEvery: 1 });
    const { run } = line(make, { settings: { seed: 1 } }, kind);
    const seen: RunSnapshot[] = [];
    run.subscribe((snapshot) => void seen.push(snapshot));
    const first = run.start();
    await vi.waitFor(() => expect(run.snapshot().step).toBeGreaterThan(2));
    const remade = run.remake({ seed: 2 });
    const second = run.start({ steps: 3 });
    expect(second).not.toBe(first);
    const last = await first;
    expect(last).toEqual(runs[0]!.snapshot());
    expect(last.status).toBe('stopped');
    expect(await remade).toEqual({ status: 'idle', step: 0, totalSteps: 0, epoch: 0, seconds: 0, history: [] });
    expect(noted).toEqual(['made 1', 'disposed 1 stopped', 'made 2']);
    expect(await second).toMatchObject({ status: 'stopped', step: 3 });
    expect(run.snapshot()).toEqual(runs[1]!.snapshot());
    // nothing of the old run after its last snapshot, and nothing of it in the new one
    const after = seen.slice(seen.indexOf(last) + 1);
    expect(after.map(({ step }) => step)).toEqual([0, 0, 1, 2, 2, 3, 3, 3]);
    expect(after[0]).not.toHaveProperty('report');
    expect(after.at(-1)!.history.map(({ step }) => step)).toEqual([2, 3]);
    const at = runs[0]!.snapshot();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(runs[0]!.snapshot()).toBe(at);
  });

  test('gives the same run as a new worker, bit for bit, and leaves no tensor', async () => {
    const ends: unknown[] = [];
    const make = ({ seed }: { readonly seed: number }): ServedRun => {
      const vae = tinyVae(createAdam({ learningRate: 0.05 }), { seed });
      const dispose = async (): Promise<void> => {
        ends.push(await snapshotOf(vae.trainer));
        vae.dispose();
      };
      return { ...createRun(vae.trainer, vae.data, { epochs: 2 }), dispose };
    };
    await withoutLeak(async () => {
      const { run } = line(make as never, { settings: { seed: 1 } });
      for (const seed of [2, 1]) {
        await run.start();
        await run.remake({ seed });
      }
      await run.start();
      run.close();
      await vi.waitFor(() => expect(ends).toHaveLength(3));
    });
    expect(ends[2]).toEqual(ends[0]);
    expect(ends[1]).not.toEqual(ends[0]);
  });

  test('several times in a row makes only the last one', async () => {
    const { noted, make } = noting();
    const slow: Make = async (settings, channel) => {
      const run = await (make as Make)(settings, channel);
      const dispose = () => new Promise((resolve) => setTimeout(resolve, 20)).then(run.dispose);
      return { ...run, dispose };
    };
    const { run } = line(slow, { settings: { seed: 1 } });
    await run.start({ steps: 1 });
    const remakes = [2, 3, 4].map((seed) => run.remake({ seed }));
    const start = run.start({ steps: 2 });
    await Promise.all(remakes);
    expect(await start).toMatchObject({ status: 'stopped', step: 2 });
    expect(noted).toEqual(['made 1', 'disposed 1 stopped', 'made 4']);
  });

  test('while a run is being made waits for it; its start makes no update', async () => {
    const { noted, runs, make } = noting();
    let release: (() => void) | undefined;
    const slow: Make = async (settings, channel) => {
      if (noted.length === 0) await new Promise<void>((resolve) => (release = resolve));
      return (make as Make)(settings, channel);
    };
    const { run } = line(slow, { settings: { seed: 1 } });
    const first = run.start();
    await vi.waitFor(() => expect(release).toBeDefined());
    const remade = run.remake({ seed: 2 });
    await new Promise((resolve) => setTimeout(resolve, 20));
    release!();
    await remade;
    expect(await first).toMatchObject({ status: 'idle', step: 0 });
    expect(noted).toEqual(['made 1', 'disposed 1 idle', 'made 2']);
    expect(runs[0]!.snapshot().step).toBe(0);
  });

  test('that fails leaves no run, and another one may follow', async () => {
    const { noted, make } = noting();
    const failing: Make = (settings, channel) => {
      if (noted.length === 2) throw (noted.push('failed'), new RangeError('no such seed'));
      return (make as Make)(settings, channel);
    };
    const { run } = line(failing, { settings: { seed: 1 } });
    await run.start({ steps: 2 });
    const error = await run.remake({ seed: 2 }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RangeError);
    const { status, step, report, error: received } = run.snapshot();
    expect({ status, step, report, received }).toEqual({
      status: 'failed',
      step: 0,
      report: undefined,
      received: { name: 'RangeError', message: 'no such seed' },
    });
    await expect(run.start()).rejects.toThrow('no such seed');
    await run.remake({ seed: 3 });
    expect(await run.start({ steps: 1 })).toMatchObject({ status: 'stopped', step: 1 });
    expect(noted).toEqual(['made 1', 'disposed 1 stopped', 'failed', 'made 3']);
  });

  test('with settings that cannot be posted rejects, and the run continues', async () => {
    const { noted, make } = noting();
    const { run } = line(make, { settings: { seed: 1 } });
    const end = run.start();
    await vi.waitFor(() => expect(run.snapshot().status).toBe('running'));
    await expect(run.remake({ seed: () => 1 })).rejects.toThrow(/^remake: `settings` must be plain data; got /);
    const { settings, transfer } = odd();
    await expect(run.remake(settings, transfer)).rejects.toThrow(/^post: `message` must be plain data; got /);
    expect(run.snapshot().status).toBe('running');
    await run.stop();
    expect((await end).status).toBe('stopped');
    expect(noted).toEqual(['made 1']);
  });

  test('after the end of the connection rejects; that end disposes the run too', async () => {
    const { noted, make } = noting();
    const { run } = line(make, { settings: { seed: 1 } });
    await run.start({ steps: 1 });
    run.close();
    await expect(run.remake({ seed: 2 })).rejects.toThrow('run.start: `run` must be open; got one that was closed.');
    await vi.waitFor(() => expect(noted).toEqual(['made 1', 'disposed 1 stopped']));
  });

  test('passes a user’s messages only to the new run', async () => {
    const heard: string[] = [];
    const make = ({ seed }: { readonly seed: number }, { onMessage }: RunChannel): Run<'loss'> => {
      onMessage((message: string) => void heard.push(`${seed} ${message}`));
      return createRun(judging, rowsOf(2), { epochs: 1 });
    };
    const { run } = line(make as never, { settings: { seed: 1 } });
    run.post('a');
    await run.stop();
    const remade = run.remake({ seed: 2 });
    run.post('b');
    await remade;
    expect(heard).toEqual(['1 a', '2 b']);
  });
});

test.each<[string, unknown, string]>([
  ['nothing', undefined, 'serveRun: `make` must return a run; got undefined. Return createRun(...)'],
  ['a trainer', { trainer: judging }, 'serveRun: `make` must return a run; got { trainer }. Return createRun(...)'],
  [
    'a `dispose` that is no function',
    { ...createRun(judging, rowsOf(1), { epochs: 1 }), dispose: 1 },
    'serveRun: `make(...).dispose` must be a function; got 1.',
  ],
])('a worker that returns %s instead of a run is received so', async (_, made, says) => {
  const { run } = line(() => made as never);
  await expect(run.start()).rejects.toThrow(says);
  expect(run.snapshot().status).toBe('failed');
});

test('a user’s messages go both ways, transferred or copied, and early ones wait', async () => {
  const heard: unknown[] = [];
  const make: Make = async (settings, { post, onMessage }) => {
    await Promise.resolve();
    onMessage((bytes: Uint8Array) => post(bytes.map((byte) => 2 * byte)));
    const onReport = (): void => {
      const picture = Uint8Array.of(9, 9);
      post(picture, [picture.buffer]);
      expect(picture.length).toBe(0);
    };
    return createRun(judging, rowsOf(1), { ...settings, onReport });
  };
  const onMessage = (message: Uint8Array): void => void heard.push([...message]);
  const { run } = line(make, { settings: { epochs: 2 }, onMessage });
  run.post(Uint8Array.of(1, 2));
  await run.start();
  expect(heard).toEqual([
    [2, 4],
    [9, 9],
    [9, 9],
  ]);
});

test('other messages on the same port do not interfere', async () => {
  const { run, port1, port2 } = line(() => createRun(judging, rowsOf(1), { epochs: 1 }));
  for (const port of [port1, port2])
    for (const message of [null, 'text', { kind: 'changed' }]) port.postMessage(message);
  expect(await run.start()).toMatchObject({ status: 'finished' });
});

/** Settings with what cannot be copied; what is handed over is not looked at until it is posted. */
const odd = () => {
  const { buffer } = new Uint8Array(1);
  return { settings: { epochs: 1, buffer, odd: () => 1 }, transfer: [buffer] };
};

describe('what cannot be copied', () => {
  test('among the settings ends the run with a sentence', async () => {
    const { run } = line(() => createRun(judging, rowsOf(1), { epochs: 1 }), odd());
    await expect(run.start()).rejects.toThrow(/^post: `message` must be plain data; got .* could not be cloned\./);
    expect(run.snapshot().status).toBe('failed');
  });

  test('in a message is rejected where it is posted, before and after the worker serves; the run continues', async () => {
    const { run } = line(() => createRun(judging, rowsOf(1), { epochs: 2 }));
    const says = /^post: `message` must be plain data; got .* could not be cloned\./;
    expect(() => run.post(() => 1)).toThrow(says);
    expect(await run.start()).toMatchObject({ status: 'finished' });
    expect(() => run.post(() => 1)).toThrow(says);
  });

  test('in a snapshot ends the run with a sentence', async () => {
    const verdict = { kind: 'odd', message: (() => 1) as never };
    const trainer: Trainer<'loss'> = { ...judging, observers: [{ report: () => [verdict] }] };
    const home = createRun(trainer, rowsOf(1), { epochs: 1e6 });
    const { run } = line(() => home);
    await expect(run.start()).rejects.toThrow('must be plain data');
    await vi.waitFor(() => expect(home.snapshot().status).toBe('stopped'));
  });
});

test.each([
  ['at once', async () => undefined],
  ['when its run is made', () => new Promise((resolve) => setTimeout(resolve, 50))],
])('one worker serves a page after another that has hung up %s', async (_, pause) => {
  const { run: first, port2 } = line(
    (settings) => createRun(countingTrainer().trainer, rowsOf(2), settings),
    { settings: { epochs: 1e6 } },
    ofTheWeb,
  );
  const end = first.start();
  await pause();
  first.close();
  await expect(end).rejects.toThrow('one that was closed');
  const second = connectRun(ofTheWeb(port2), { settings: { epochs: 2 } });
  expect(await second.start()).toMatchObject({ status: 'finished', step: 4 });
});

describe('a worker that is silent', () => {
  test('from the start fails after the timeout, in one sentence', async () => {
    vi.useFakeTimers();
    try {
      const { port1, port2 } = new MessageChannel();
      ports.push(port1, port2);
      const run = connectRun(port2 as never, { timeout: 1000 });
      const end = run.start().catch((error: unknown) => error);
      await vi.advanceTimersByTimeAsync(1250);
      expect(String(await end)).toBe(
        'Error: connectRun: `port` must lead to a worker that loads and calls serveRun; got no answer for 1 seconds. ' +
          'Look at the address of its script, and at what it imports.',
      );
      expect(run.snapshot().status).toBe('failed');
      await expect(run.start()).rejects.toThrow('no answer');
      expect(await run.stop()).toBe(run.snapshot());
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  test('later fails as well; one that answers does not, however long a start takes', async () => {
    const hanging: Run<'loss'> = {
      ...createRun(judging, rowsOf(1), { epochs: 1 }),
      start: () => new Promise(() => undefined),
    };
    const { run, end } = line(() => hanging, { timeout: 400 });
    const started = run.start();
    await new Promise((resolve) => setTimeout(resolve, 1200));
    expect(run.snapshot().status).toBe('idle');
    end();
    await expect(started).rejects.toThrow(/^connectRun: `port` must last as long as the run; got no answer for 0\.4 /);
  });

  describe('about a run that it makes', () => {
    const never = () => new Promise<never>(() => undefined);
    const message = /^connectRun: `make` must give a run in time; got nothing for 0\.2 seconds\. Raise `timeout`/;

    test.each(kinds)('fails after the timeout, although it answers, over a port %s', async (_, kind) => {
      const { run } = line(never, { timeout: 200 }, kind);
      const [start, remade] = [run.start(), run.remake({})];
      await expect(start).rejects.toThrow(message);
      await expect(remade).rejects.toThrow(message);
      expect(run.snapshot()).toMatchObject({ status: 'failed', error: { name: 'Error' } });
      await expect(run.remake({})).rejects.toThrow(message);
      expect(await run.stop()).toBe(run.snapshot());
    });

    test('also fails in a remake after a run that succeeded', async () => {
      let calls = 0;
      const make: Make = (settings) =>
        ++calls === 1 ? createRun(countingTrainer().trainer, rowsOf(2), settings) : never();
      const { run } = line(make, { settings: { epochs: 2 }, timeout: 200 });
      expect(await run.start()).toMatchObject({ status: 'finished' });
      await expect(run.remake({ epochs: 2 })).rejects.toThrow(message);
      expect(run.snapshot()).toMatchObject({ status: 'failed' });
    });

    test('fails if the previous run never stops', async () => {
      const restless: Make = (settings) => ({
        ...createRun(countingTrainer().trainer, rowsOf(2), settings),
        dispose: never,
      });
      const { run } = line(restless, { settings: { epochs: 1 }, timeout: 200 });
      await run.start();
      await expect(run.remake({ epochs: 1 })).rejects.toThrow(message);
    });

    test('does not fail while `make` posts messages, however long it takes', async () => {
      const make: Make = async (settings, channel) => {
        for (let i = 0; i < 12; i++) {
          await new Promise((resolve) => setTimeout(resolve, 50));
          channel.post(i);
        }
        return createRun(countingTrainer().trainer, rowsOf(2), settings);
      };
      const { run } = line(make, { settings: { epochs: 1 }, timeout: 200 });
      expect(await run.start()).toMatchObject({ status: 'finished', step: 2 });
    });
  });
});
