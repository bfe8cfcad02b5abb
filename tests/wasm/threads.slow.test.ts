import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { availableParallelism } from 'node:os';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundleOf } from '../support/bundle.js';
import { GOLDEN } from './golden-runs.js';

const run = promisify(execFile);
const program = bundleOf('tests/wasm/programs/threads.ts');

/** What the program prints, which has to end by itself. */
async function outcome(name: string, before: readonly string[] = []): Promise<Record<string, unknown>> {
  const [command, ...rest] = [...before, process.execPath, program, name];
  const { stdout } = await run(command, rest, { timeout: 100_000 });
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as Record<string, unknown>;
}

const late = 'the backend had started on a memory that threads cannot share';

describe.skipIf(availableParallelism() < 2)('several threads', () => {
  let hash: unknown;
  beforeAll(async () => {
    const { hash: ofOne, ...rest } = await outcome('one');
    expect(rest).toEqual({ first: { threads: 1, reason: 'one thread was asked for' }, shared: false });
    hash = ofOne;
  });

  it('make the same bits as one, two by default', async () => {
    expect(await outcome('two')).toEqual({ first: { threads: 2 }, second: { threads: 2 }, shared: true, hash });
  });

  it('make the same bits as one, however many they are, and end when there are fewer', async () => {
    expect(await outcome('many')).toEqual({
      first: { threads: 4, reason: 'only 4 threads could be started: no more threads' },
      waiting: 3,
      reports: [
        { threads: 4 },
        { threads: 16, reason: 'more than 16 threads are never used' },
        { threads: 3 },
        { threads: 2 },
        { threads: 1, reason: 'one thread was asked for' },
        { threads: 8 },
      ],
      vae: [GOLDEN.vae],
      dcgan: [GOLDEN.dcgan],
      hash,
      left: 0,
    });
  });

  it.each(['late', 'starting'])('are not used, and the report says so, when the backend was %s', async (order) => {
    expect(await outcome(order)).toEqual({ first: { threads: 1, reason: late }, hash });
  });

  it('make the same bits while the heap grows', async () => {
    expect(await outcome('growth')).toEqual({ growths: 8, hashes: [hash], last: { threads: 2 } });
  });

  it.skipIf(!existsSync('/proc/self/task'))('stop and start on request, and with their backend', async () => {
    const { counts, hashes, reports, shared } = await outcome('ends');
    expect(counts).toEqual([1, 0, 1, 0, 1, 0]);
    expect(new Set(hashes as string[])).toEqual(new Set([hash]));
    expect(reports).toEqual([
      { threads: 2 },
      { threads: 1, reason: 'one thread was asked for' },
      { threads: 2 },
      { threads: 2 },
    ]);
    expect(shared).toBe(false);
  });

  it.skipIf(!existsSync('/proc/self/task'))('keep no process alive, and end unused', async () => {
    expect(await outcome('unused')).toEqual({ first: { threads: 2 }, waiting: 1, left: 0 });
  });

  it('are one where no thread can be started', async () => {
    const alone = { threads: 1, reason: 'no second thread could be started: no threads here' };
    expect(await outcome('refused')).toEqual({ first: alone, second: alone, hash });
  });

  it.skipIf(!existsSync('/usr/bin/taskset'))('are one where there is one processor', async () => {
    const alone = { threads: 1, reason: 'there is one processor' };
    const received = await outcome('two', ['taskset', '-c', '0']);
    expect(received).toEqual({ first: alone, second: alone, shared: false, hash });
  });

  it("change the memory of tfjs's binary only, and put WebAssembly back", async () => {
    expect(await outcome('stranger')).toEqual({ isPrivate: true, isShared: true, isPutBack: true });
  });
});
