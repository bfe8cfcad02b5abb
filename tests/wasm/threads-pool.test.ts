import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { startHelper, type Helper } from '../../src/wasm/threads/helper.js';
import { LostHelper } from '../../src/wasm/threads/helper-group.js';
import { createPool, type Pool } from '../../src/wasm/threads/pool.js';
import { ACT, actingModule } from './acting-module.js';

const [FLAG, OTHER_FLAG] = [0, 64];
const FIRST = 1024;
const memory = new WebAssembly.Memory({ initial: 1, maximum: 4, shared: true });
const words = new Int32Array(memory.buffer);
const cells = words.subarray(FIRST / 4);

let module: WebAssembly.Module;
type Job = Readonly<Record<'what' | 'flag' | 'address' | 'value', number>>;
type Jobs = { readonly act: Job };

let act: (...argumentsOf: readonly number[]) => void;
let pool: Pool<Jobs>;
let ended: Promise<unknown> | undefined;
const pools: Pool<Jobs>[] = [];

/** The clock, and when it was last asked. */
let clock: () => number;
let time = 0;
const real = (): number => performance.now();
const stopped = (): number => time;
/** At the end of all time no helper is a loss. */
const timeless = (): number => Number.MAX_VALUE;
/** Each wait is much longer than what came before. */
const hurried = (): number => 1000 * (time + 1);

interface Start {
  readonly threads?: number;
  readonly helpers?: readonly Promise<Helper>[];
}

async function start({ threads = 2, helpers }: Start = {}): Promise<Pool<Jobs>> {
  words.fill(0);
  ended = undefined;
  [clock, time] = [real, 0];
  const onLost = (promise: Promise<unknown>): void => void (ended = promise);
  const argumentsOf = { act: ({ what, flag, address, value }: Job) => [what, flag, address, value] };
  const made = await createPool({
    helpers: helpers ?? Array.from({ length: threads - 1 }, () => startHelper()),
    parts: { module },
    memory,
    calls: { act: (job: Job) => act(...argumentsOf.act(job)) },
    names: ['act'],
    argumentsOf,
    onLost,
    now: () => (time = clock()),
  });
  pools.push(made);
  return made;
}

const job = (what: keyof typeof ACT, cell = 0, value = 1, flag = FLAG): Job => {
  return { what: ACT[what], flag, address: FIRST + 4 * cell, value };
};

/** One of the helpers must take the first job while the main thread waits in its own, the last. */
function worksTogether(cell: number): void {
  clock = timeless;
  words[OTHER_FLAG / 4] = 0;
  pool.run('act', [job('raise', cell, 1, OTHER_FLAG), job('awaitFlag', cell + 1, 1, OTHER_FLAG)]);
  clock = real;
  expect([...cells.subarray(cell, cell + 2)]).toEqual([1, 1]);
}

beforeAll(async () => {
  module = await actingModule();
  ({ act } = new WebAssembly.Instance(module, { env: { memory } }).exports as { act: typeof act });
});
afterEach(() => {
  vi.restoreAllMocks();
  for (const made of pools.splice(0)) made.stop();
});

describe('a pool', () => {
  it.each([
    [2, 300],
    [4, 60],
    [8, 30],
  ])(
    'of %i threads runs every job once, however many there are, and whether helpers sleep',
    async (threads, numRuns) => {
      pool = await start({ threads });
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 0, max: 100 }),
          fc.integer({ min: 0, max: 4 }),
          fc.boolean(),
          async (count, rest, isWithoutTime) => {
            cells.fill(0);
            clock = isWithoutTime ? timeless : real;
            if (rest > 3) await new Promise((resolve) => setTimeout(resolve, rest));
            for (let times = 1; times <= 20; times++) {
              pool.run(
                'act',
                Array.from({ length: count }, (_, i) => job('add', i, i + 1)),
              );
              const sums = Array.from({ length: count }, (_, i) => times * (i + 1));
              expect([...cells.subarray(0, count + 1)]).toEqual([...sums, 0]);
            }
          },
        ),
        { seed: 1, numRuns },
      );
      expect(pool.failure()).toBeUndefined();
      expect(pool.threads()).toBe(threads);
    },
  );

  it('lets the helper take jobs while the main thread does its own', async () => {
    pool = await start();
    // The last job, the main thread's own, waits for what the first one does.
    pool.run('act', [job('raiseThenAdd', 0), job('awaitFlag', 1)]);
    expect([...cells.subarray(0, 2)]).toEqual([1, 1]);
  });

  it('redoes a job that failed in a helper, and continues without the helper', async () => {
    pool = await start({ threads: 3 });
    clock = timeless;
    for (const threads of [2, 1]) {
      words.fill(0);
      pool.run('act', [job('trapFirst', 0), job('awaitFlag', 1)]);
      expect([...cells.subarray(0, 2)]).toEqual([1, 1]);
      expect(pool.failure()).toBe('a job failed in a helper thread');
      expect(pool.threads()).toBe(threads);
    }
    pool.run('act', [job('add', 0), job('add', 1)]);
    expect([...cells.subarray(0, 2)]).toEqual([2, 2]);
  });

  it('throws what a job of the main thread throws, after the job of the helper has ended', async () => {
    pool = await start();
    const jobs = [job('add', 2), job('raiseThenAdd', 0), job('trapAfterFlag', 1)];
    expect(() => pool.run('act', jobs)).toThrow(WebAssembly.RuntimeError);
    expect([...cells.subarray(0, 2)]).toEqual([1, 0]);
    words[FLAG / 4] = 0;
    pool.run('act', [job('add', 3), job('add', 4)]);
    expect([...cells.subarray(3, 5)]).toEqual([1, 1]);
    expect(pool.failure()).toBeUndefined();
  });

  it.each([2, 4])(
    'of %i threads gives a helper up that does not finish, and says when it runs no more',
    async (threads) => {
      pool = await start({ threads });
      clock = hurried;
      const jobs = [job('hang', 0), job('awaitFlag', 1)];
      expect(() => pool.run('act', jobs)).toThrow(LostHelper);
      expect(pool.failure()).toBe('a helper thread hung');
      expect(pool.threads()).toBe(threads - 1);
      await ended;
      expect(ended).toBeDefined();
      Atomics.store(words, FLAG / 4, 2);
      await new Promise((resolve) => setTimeout(resolve, 50));
      // What runs no more adds nothing.
      expect([...cells.subarray(0, 2)]).toEqual([0, 1]);
      pool.run('act', [job('add', 0), job('add', 1)]);
      expect([...cells.subarray(0, 2)]).toEqual([1, 2]);
      if (threads > 2) worksTogether(4);
    },
  );

  it('abandons several helpers at once', async () => {
    pool = await start({ threads: 4 });
    clock = hurried;
    // jobs are taken from the last to the first
    const jobs = [job('hang', 0), job('hang', 1, 1, OTHER_FLAG), job('awaitFlag', 2)];
    expect(() => pool.run('act', jobs)).toThrow(LostHelper);
    expect(pool.threads()).toBe(2);
    await ended;
    worksTogether(4);
  });

  it('gives no more work to an abandoned helper, even if it finishes', async () => {
    const exit = vi.fn();
    const watched = class extends Worker {
      constructor(...options: ConstructorParameters<typeof Worker>) {
        super(...options);
        this.once('exit', exit);
      }
    };
    vi.spyOn(process, 'getBuiltinModule').mockReturnValue({ Worker: watched });
    const helper = await startHelper();
    // cannot be ended
    const end = (): Promise<void> => new Promise(() => undefined);
    pool = await start({ helpers: [Promise.resolve({ ...helper, end })] });
    clock = hurried;
    expect(() => pool.run('act', [job('hang', 0), job('awaitFlag', 1)])).toThrow(LostHelper);
    expect(exit).not.toHaveBeenCalled();
    Atomics.store(words, FLAG / 4, 2);
    // Its program returns.
    await vi.waitFor(() => expect(exit).toHaveBeenCalled());
    expect(cells[0]).toBe(1);
  });

  it('consists of the threads that have started', async () => {
    const none = Promise.reject(new Error('no more threads'));
    pool = await start({ helpers: [none, startHelper(), none] });
    expect(pool.threads()).toBe(2);
    expect(pool.failure()).toBe('only 2 threads could be started: no more threads');
    worksTogether(0);
    pool = await start({ helpers: [none] });
    expect(pool.threads()).toBe(1);
    expect(pool.failure()).toBe('no second thread could be started: no more threads');
  });

  it('does not use a helper for a while after it was slow', async () => {
    pool = await start();
    pool.run('act', [job('raiseThenAdd', 0), job('awaitFlag', 1)]);
    words[FLAG / 4] = 0;
    clock = stopped;
    // Alone, the main thread does the first job first; with a helper, the last.
    expect(() => pool.run('act', [job('trapFirst', 2), job('add', 3)])).toThrow(WebAssembly.RuntimeError);
    expect([...cells.subarray(0, 4)]).toEqual([1, 1, 0, 0]);
    clock = real;
    const failsInHelper = (): string | undefined => {
      words[FLAG / 4] = 0;
      try {
        pool.run('act', [job('trapFirst', 2), job('awaitFlag', 3)]);
      } catch {
        // still alone
      }
      return pool.failure();
    };
    await expect.poll(failsInHelper, { timeout: 60_000, interval: 500 }).toBeDefined();
    expect(pool.failure()).toBe('a job failed in a helper thread');
  });

  it('does not use a helper for a while after its own job took much longer than that of the helper', async () => {
    pool = await start();
    // it has waited for its processor: 10 s pass whenever it looks at the clock, and no time in the helper
    clock = () => time + 10_000;
    pool.run('act', [job('raise', 0), job('awaitFlag', 1)]);
    words[FLAG / 4] = 0;
    clock = stopped;
    expect(() => pool.run('act', [job('trapFirst', 2), job('add', 3)])).toThrow(WebAssembly.RuntimeError);
    expect([...cells.subarray(0, 4)]).toEqual([1, 1, 0, 0]);
    expect(pool.failure()).toBeUndefined();
  });

  it('continues alone when it is stopped', async () => {
    pool = await start();
    pool.stop();
    pool.run('act', [job('add', 0), job('add', 1)]);
    expect([...cells.subarray(0, 2)]).toEqual([1, 1]);
    expect(pool.failure()).toBe('the helper threads were stopped');
  });
});
