import { setTimeout } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it } from 'vitest';
import { heapOf } from '../../src/wasm/heap/heap.js';
import { disposeWasmTraining, enableWasmTraining } from '../../src/wasm/index.js';
import * as control from '../../src/wasm/threads/control.js';
import { startHelper, type Helper } from '../../src/wasm/threads/helper.js';
import type { HelperTask } from '../../src/wasm/threads/helper-program.js';
import { restartable } from '../../src/wasm/start/restartable.js';
import { adamJobs } from './adam-jobs.js';
import { tensorOf } from './agree.js';

/** A thread that takes one job and never does it. */
const program = `
const { parentPort, workerData } = require('node:worker_threads');
const words = new Int32Array(workerData.control);
parentPort.postMessage('ready');
for (let isTaken = false; !isTaken; ) {
  const left = Atomics.load(words, ${control.JOBS_LEFT});
  if (left === 0) continue;
  Atomics.store(words, workerData.state, ${control.BUSY});
  isTaken = Atomics.compareExchange(words, ${control.JOBS_LEFT}, left, left - 1) === left;
  if (!isTaken) Atomics.store(words, workerData.state, ${control.IDLE});
}
Atomics.wait(words, workerData.state, ${control.BUSY});
`;

/** A helper that hangs; it is `kill` that ends it. */
function hangingHelper(): Helper & { kill(): void } {
  let kill: () => void = () => undefined;
  let worker: Worker | undefined;
  const ended = new Promise<void>((resolve) => (kill = resolve));
  return {
    start: ({ control, state }: HelperTask) =>
      new Promise((resolve) => {
        worker = new Worker(program, { eval: true, workerData: { control, state }, execArgv: [] });
        worker.once('message', () => resolve());
      }),
    end: () => ended,
    kill: () => void worker?.terminate().then(() => kill()),
  };
}

const heap = heapOf(tf.backend())!;
const count = 2 ** 16;

/** A step of Adam in eight jobs. */
const kernel = restartable(({ inputs }) => {
  const { x, one } = inputs as { x: tf.TensorInfo; one: tf.TensorInfo };
  const [newVariable, newMean, newSquare] = [heap.make([count]), heap.make([count]), heap.make([count])];
  const scratch = heap.scratch(1024);
  addresses.push(scratch);
  const from = { variable: x, gradient: one, mean: one, square: one };
  heap.runAll('adamStep', adamJobs(heap, { ...from, newVariable, newMean, newSquare }, count, 8));
  for (const { dataId } of [newMean, newSquare]) heap.backend.disposeData(dataId);
  return newVariable;
});
const addresses: number[] = [];

afterEach(async () => {
  disposeWasmTraining();
  await enableWasmTraining();
});

describe.skipIf(!heap.isShared)('a kernel with three helpers of which one hangs', () => {
  it('restarts in other memory with the other helpers, and frees no memory before the hanging one has ended', async () => {
    const [x, one] = [tensorOf([count], 1), tf.ones([count])];
    disposeWasmTraining();
    const expected = kernel({ inputs: { x, one }, attrs: {}, backend: heap.backend }) as tf.TensorInfo;

    const freed: number[] = [];
    const { wasm } = heap.backend as unknown as { wasm: { _free: (address: number) => void } };
    const free = wasm._free;
    wasm._free = (address) => {
      freed.push(address);
      free(address);
    };
    const helper = hangingHelper();
    await heap.useHelpers([Promise.resolve(helper), startHelper(), startHelper()]);
    expect([heap.threads(), heap.whyNoMore()]).toEqual([4, undefined]);
    let received: tf.TensorInfo | undefined;
    // The main thread may have done all before a busy machine let the helper take a job: it gets a minute, and pauses to run in.
    for (const began = Date.now(); heap.threads() === 4 && Date.now() - began < 60_000; await setTimeout(1)) {
      if (received !== undefined) heap.backend.disposeData(received.dataId);
      addresses.length = 0;
      received = kernel({ inputs: { x, one }, attrs: {}, backend: heap.backend }) as tf.TensorInfo;
    }
    if (received === undefined) throw new Error('the kernel was not run');
    expect([heap.threads(), heap.whyNoMore()]).toEqual([3, 'a helper thread hung']);
    expect(await heap.backend.read(received.dataId)).toEqual(await heap.backend.read(expected.dataId));
    const [lost, anew] = addresses;
    expect(addresses).toHaveLength(2);
    expect(anew).not.toBe(lost);

    const place = heap.addressOf(received);
    heap.backend.disposeData(received.dataId);
    expect(freed).not.toContain(place);
    helper.kill();
    await expect.poll(() => freed).toContain(place);
    expect(freed.some((address) => address <= lost! && address + 64 > lost!)).toBe(true);
    wasm._free = free;
    heap.backend.disposeData(expected.dataId);
    tf.dispose([x, one]);
  });

  it('passes on what else is thrown', () => {
    let calls = 0;
    const failing = restartable(() => {
      calls++;
      throw new Error('a part failed');
    });
    expect(() => failing({ inputs: {}, attrs: {}, backend: heap.backend })).toThrow('a part failed');
    expect(calls).toBe(1);
  });
});
