import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { afterEach, expect, test } from 'vitest';
import { connectRun } from '../../src/run/index.js';

const program = new URL('programs/run-worker.ts', import.meta.url).href;
/** A worker has to be taught TypeScript first. */
const inTypeScript = `import('tsx/esm/api').then(({ register }) => (register(), import(${JSON.stringify(program)})))`;
const workers: Worker[] = [];
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.terminate()));
});

function start(workerData: string) {
  return connect(new Worker(inTypeScript, { eval: true, workerData, stderr: true }));
}

function connect(worker: Worker) {
  workers.push(worker);
  return { worker, run: connectRun<'loss'>(worker, { settings: { steps: 20, reportEvery: 5 } }) };
}

test('a run in a thread trains while the main thread is free, and the thread ends when the page disconnects', async () => {
  const { worker, run } = start('trains');
  let ticks = 0;
  const ticking = setInterval(() => ticks++, 10);
  const { status, step, history } = await run.start();
  clearInterval(ticking);
  expect([status, step, history.length]).toEqual(['finished', 20, 4]);
  // 800 ms of updates: a thread that they blocked would tick between two of them at most
  expect(ticks).toBeGreaterThan(20);
  run.close();
  expect(await once(worker, 'exit')).toEqual([0]);
});

test.each([
  ['exits', /^connectRun: `port` must last as long as the run; got its end, with code 7\.$/],
  ['throws', /^connectRun: `port` must last as long as the run; got not caught\.$/],
  [
    'throws at once',
    /^connectRun: `port` must lead to a worker that loads and calls serveRun; got nothing to serve\. Check the address of its script/,
  ],
])('a worker that %s ends the start in one sentence', async (data, says) => {
  const { run } = start(data);
  await expect(run.start()).rejects.toThrow(says);
  expect(run.snapshot().status).toBe('failed');
});

test('a worker whose script is missing does as well', async () => {
  const { run } = connect(new Worker(new URL('programs/none.js', import.meta.url), { stderr: true }));
  await expect(run.start()).rejects.toThrow(
    /^connectRun: `port` must lead to a worker that loads and calls serveRun; got Cannot find module/,
  );
});
