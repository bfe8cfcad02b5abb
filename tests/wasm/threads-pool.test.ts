import fc from 'fast-check';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startHelper } from '../../src/wasm/threads/helper.js';
import { createPool, LostHelper, type Pool } from '../../src/wasm/threads/pool.js';
import { ACT, actingModule } from './acting-module.js';

const FLAG = 0;
const FIRST = 1024;
const memory = new WebAssembly.Memory({ initial: 1, maximum: 4, shared: true });
const words = new Int32Array(memory.buffer);
const cells = words.subarray(FIRST / 4);

let module: WebAssembly.Module;
type Job = Readonly<Record<'what' | 'flag' | 'address' | 'value', number>>;
type Jobs = { readonly act: Job };

let act: (...inOrder: readonly number[]) => void;
let pool: Pool<Jobs>;
let ended: Promise<void> | undefined;
const pools: Pool<Jobs>[] = [];

/** A clock that can be stopped where it was last asked. */
let isStopped = false;
let time = 0;
const now = (): number => (isStopped ? time : (time = performance.now()));

async function start(patienceMilliseconds?: number): Promise<Pool<Jobs>> {
  words.fill(0);
  ended = undefined;
  const helper = await startHelper();
  const onLost = (promise: Promise<void>): void => void (ended = promise);
  const inOrder = { act: ({ what, flag, address, value }: Job) => [what, flag, address, value] };
  const calls = { act: (job: Job) => act(...inOrder.act(job)) };
  const made = await createPool({
    helper,
    parts: { module },
    memory,
    calls,
    inOrder,
    onLost,
    patienceMilliseconds,
    now,
  });
  pools.push(made);
  return made;
}

const job = (what: keyof typeof ACT, cell = 0, value = 1): Job => {
  return { what: ACT[what], flag: FLAG, address: FIRST + 4 * cell, value };
};

beforeAll(async () => {
  module = await actingModule();
  ({ act } = new WebAssembly.Instance(module, { env: { memory } }).exports as { act: typeof act });
});
afterEach(() => {
  isStopped = false;
  for (const made of pools.splice(0)) made.stop();
});

describe('a pool', () => {
  it('runs every job once, however many there are, and whether the helper sleeps', async () => {
    pool = await start();
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 4 }), async (count, rest) => {
        cells.fill(0);
        if (rest > 3) await new Promise((resolve) => setTimeout(resolve, rest));
        for (let times = 1; times <= 20; times++) {
          pool.run(
            'act',
            Array.from({ length: count }, (_, i) => job('add', i, i + 1)),
          );
          const sums = Array.from({ length: count }, (_, i) => times * (i + 1));
          expect([...cells.subarray(0, count + 1)]).toEqual([...sums, 0]);
        }
      }),
      { seed: 1, numRuns: 300 },
    );
    expect(pool.failure()).toBeUndefined();
  });

  it('lets the helper take jobs while the main thread does its own', async () => {
    pool = await start();
    // The last job, the main thread's own, waits for what the first one does.
    pool.run('act', [job('raiseThenAdd', 0), job('awaitFlag', 1)]);
    expect([...cells.subarray(0, 2)]).toEqual([1, 1]);
  });

  it('redoes a job that failed in the helper, and goes on alone', async () => {
    pool = await start();
    pool.run('act', [job('trapFirst', 0), job('awaitFlag', 1)]);
    expect([...cells.subarray(0, 2)]).toEqual([1, 1]);
    expect(pool.failure()).toBe('a job failed in the helper thread');
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

  it('gives a helper up that does not finish, says from when on it runs no more, and goes on alone', async () => {
    pool = await start(100);
    expect(() => pool.run('act', [job('hang', 0), job('awaitFlag', 1)])).toThrow(LostHelper);
    expect(pool.failure()).toBe('the helper thread hung');
    await ended;
    expect(ended).toBeDefined();
    Atomics.store(words, FLAG / 4, 2);
    await new Promise((resolve) => setTimeout(resolve, 50));
    // What runs no more adds nothing.
    expect([...cells.subarray(0, 2)]).toEqual([0, 1]);
    pool.run('act', [job('add', 0), job('add', 1)]);
    expect([...cells.subarray(0, 2)]).toEqual([1, 2]);
  });

  it('does without a helper for a while that let it wait', async () => {
    pool = await start();
    pool.run('act', [job('raiseThenAdd', 0), job('awaitFlag', 1)]);
    words[FLAG / 4] = 0;
    isStopped = true;
    // Alone, the main thread does the first job first; with a helper, the last.
    expect(() => pool.run('act', [job('trapFirst', 2), job('add', 3)])).toThrow(WebAssembly.RuntimeError);
    expect([...cells.subarray(0, 4)]).toEqual([1, 1, 0, 0]);
    isStopped = false;
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
    expect(pool.failure()).toBe('a job failed in the helper thread');
  });

  it('goes on alone when it is stopped', async () => {
    pool = await start();
    pool.stop();
    pool.run('act', [job('add', 0), job('add', 1)]);
    expect([...cells.subarray(0, 2)]).toEqual([1, 1]);
    expect(pool.failure()).toBe('the helper thread was stopped');
  });
});
