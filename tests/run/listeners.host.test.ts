import { afterEach, describe, expect, test, vi } from 'vitest';
import { createRun, type RunSnapshot } from '../../src/run/index.js';
import { countingTrainer, rowsOf } from '../training/sample.js';

const makeRun = (epochs = 2) => createRun(countingTrainer().trainer, rowsOf(2), { epochs });

afterEach(() => vi.unstubAllGlobals());

describe('a listener', () => {
  test('is called immediately, as by a Svelte store, and then with each snapshot', async () => {
    const run = makeRun();
    const received: RunSnapshot[] = [];
    run.subscribe((snapshot) => void received.push(snapshot));
    expect(received).toEqual([run.snapshot()]);
    await run.start();
    expect(received.map(({ status, epoch }) => [status, epoch])).toEqual([
      ['idle', 0],
      ['running', 0],
      ['running', 1],
      ['running', 2],
      ['finished', 2],
    ]);
  });

  test('is not called after unsubscribing; unsubscribing twice does nothing', async () => {
    const run = makeRun();
    const [listener, other] = [vi.fn(), vi.fn()];
    const unsubscribe = run.subscribe(listener);
    run.subscribe(other);
    unsubscribe();
    unsubscribe();
    await run.start();
    expect(listener).toHaveBeenCalledTimes(1);
    expect(other).toHaveBeenCalledTimes(5);
  });

  test('may be subscribed twice, and each subscription ends by itself', async () => {
    const run = makeRun();
    const listener = vi.fn();
    const first = run.subscribe(listener);
    run.subscribe(listener);
    first();
    await run.start();
    expect(listener).toHaveBeenCalledTimes(2 + 4);
  });

  test('may unsubscribe itself and others while it is called', async () => {
    const run = makeRun();
    const received: string[] = [];
    const ends: (() => void)[] = [];
    const listen = (name: string, act = (): void => undefined) =>
      ends.push(
        run.subscribe(({ status }) => {
          if (status !== 'running') return;
          received.push(name);
          act();
        }),
      );
    listen('first', () => ends.slice(0, 2).forEach((end) => end()));
    listen('second');
    listen('third');
    await run.start();
    expect(received).toEqual(['first', 'third', 'third', 'third']);
  });

  test('that throws disturbs neither the run nor the others, and its error is reported', async () => {
    const reported = vi.fn();
    vi.stubGlobal('reportError', reported);
    const run = makeRun();
    const received = vi.fn();
    const error = new Error('in a listener');
    run.subscribe(() => {
      throw error;
    });
    run.subscribe(received);
    expect((await run.start()).status).toBe('finished');
    expect(received).toHaveBeenCalledTimes(5);
    expect(reported.mock.calls).toEqual(Array(5).fill([error]));
  });

  test('that throws without `reportError`, as in Node, throws in a separate task', () => {
    vi.stubGlobal('reportError', undefined);
    const timer = vi.fn();
    vi.stubGlobal('setTimeout', timer);
    makeRun().subscribe(() => {
      throw new Error('in a listener');
    });
    expect(timer.mock.calls[0]![0]).toThrow('in a listener');
  });

  test('never gets an older snapshot after a newer one', async () => {
    const run = makeRun();
    let starts = 0;
    const received: RunSnapshot[] = [];
    run.subscribe(({ status, epoch }) => {
      if (status === 'running' && epoch === 1 && starts === 0) void run.stop();
      if (status === 'stopped' && starts++ === 0) void run.start();
    });
    const end = new Promise<void>((resolve) => {
      run.subscribe((snapshot) => {
        received.push(snapshot);
        if (snapshot.status === 'finished') resolve();
      });
    });
    void run.start();
    await end;
    // it received "running" instead of "stopped", which was already over
    expect(received.map(({ status }) => status)).toEqual(['idle', ...Array<string>(4).fill('running'), 'finished']);
    expect(received.at(-1)).toBe(run.snapshot());
  });
});
